//! Characters to replace others by: of the same script, as common, and as long in the document's encoding.

use encoding_rs::{BIG5, Encoding, GBK};

use super::super::key::Draws;
use crate::{read::encoding::hanzi::is_common, text::plain};

/// Surnames of invented people.
pub static SURNAMES: &str = "赵孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张孔曹严金魏陶姜戚谢邹喻柏苏潘葛范彭鲁韦马苗方俞任袁柳史唐费薛雷贺倪汤滕罗毕郝安常于傅齐康余顾孟黄穆萧尹姚邵汪毛戴宋庞熊纪舒屈项董梁杜阮蓝席季贾江童郭梅盛林钟徐高夏蔡田胡霍万柯卢莫房丁邓洪左石崔程陆翁段侯全班秋宁仇甘武刘景龙叶司黎白蒲赖卓池乔闻党翟谭贡劳申冉桂牛寿边温庄柴阎慕连习艾向易戈廖耿满文寇广欧师巩聂敖冷那简饶曾关游权岳";

/// Given names of invented people.
static GIVEN: &str = "伟芳娜秀英敏静丽磊洋勇艳杰娟涛超兰霞刚桂辉鑫宇博浩梓涵轩雨欣怡佳俊凯晨曦嘉琪雪梅红玉萍志华燕晓春花冬云峰松柏泉瑞祥永康乐慧颖倩婷婧琳瑶璐薇菲莉珍琴莲爱莺媛莹荔爽珊莎锦青韵园卿聪澜纯昭冰茗羽希竹凝欢枫芸菊良福飞彬富星岩茂坚彪敬震壮豪邦绍厚庆裕哲亮谦奇翰朗伯宏启翔旭鹏朝辰树泰雄琛钧腾楠榕航弘帅";

/// What foreign names are written with.
static FOREIGN: &str = "阿古丽买提艾木沙卡巴克尔斯特罗夫娜姆德玛努尔汗江图孜帕热合曼吐逊依布拉";

/// Characters that the grammars of values, units and layouts look at: never drawn.
static GRAMMAR: &str = "〇零一二三四五六七八九十百千廿卅两年月日号时点分秒天周期第届次页共至到约男女是否有无注例如级类省市国京津沪渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新兵军字转上下甲乙丙丁人岁元同请限科院室部处局委站所死亡病癌毒杀尸奸尿屎肛";

/// Most tries for a character of a rare kind.
const TRIES: u32 = 200;

/// What is drawn from.
pub struct Pools {
    han: Vec<char>,
    surnames: Vec<char>,
    given: Vec<char>,
    foreign: Vec<char>,
    encoding: Option<&'static Encoding>,
}

impl Pools {
    /// Keeps of all characters those that the encoding can write; `None`: any.
    pub fn new(encoding: Option<&'static Encoding>) -> Pools {
        let fits = |letter: &char| can_write(encoding, *letter);
        // Without Big5, simplified characters only: mixed scripts would be a defect of their own.
        let is_usual = |letter: char| encoding == Some(BIG5) || is_simplified(letter);
        let common = ('\u{4e00}'..='\u{9fff}')
            .filter(|letter| is_common(*letter) && is_usual(*letter) && !GRAMMAR.contains(*letter));
        let of = |letters: &str| letters.chars().filter(fits).collect::<Vec<_>>();
        Pools {
            han: common.filter(fits).collect(),
            surnames: of(SURNAMES),
            given: of(GIVEN),
            foreign: of(FOREIGN),
            encoding,
        }
    }

    /// An invented name in place of one of so many characters. Rare characters become rare ones.
    pub fn name(&self, name: &[char], draws: &mut Draws) -> Vec<char> {
        let draw = |(at, letter): (usize, &char)| {
            if !is_usual(*letter) {
                return self.like(*letter, draws);
            }
            let pool = match (name.len(), at) {
                (..5, 0) => &self.surnames,
                (..5, _) => &self.given,
                _ => &self.foreign,
            };
            draws.pick(pool).or_else(|| draws.pick(&self.han)).unwrap_or('某')
        };
        name.iter().enumerate().map(draw).collect()
    }

    /// Another character of the same kind; the same one where there is no other, or where it says nothing.
    pub fn like(&self, letter: char, draws: &mut Draws) -> char {
        match letter {
            'a'..='z' => latin(b"abcdfghjkmnpqrstuvwy", draws),
            'A'..='Z' => latin(b"ABCDFGHJKMNPQRSTUVWY", draws),
            'ａ'..='ｚ' | 'Ａ'..='Ｚ' => {
                let narrow = self.like(plain::half(letter), draws);
                char::from_u32(narrow as u32 + 0xFEE0).unwrap_or(letter)
            }
            _ if plain::is_private(letter) => letter,
            '\u{4e00}'..='\u{9fff}' if is_usual(letter) => draws.pick(&self.han).unwrap_or(letter),
            '\u{4e00}'..='\u{9fff}' => {
                self.draw_within(letter, 0x4e00, 0x5200, draws, |found| !is_usual(found))
            }
            _ if letter.is_alphabetic() => {
                self.draw_within(letter, letter as u32 & !0x3F, 0x40, draws, char::is_alphabetic)
            }
            _ => letter,
        }
    }

    fn draw_within(
        &self,
        letter: char,
        from: u32,
        count: u32,
        draws: &mut Draws,
        fits: fn(char) -> bool,
    ) -> char {
        let is_like = |found: &char| {
            fits(*found)
                && *found != letter
                && found.is_uppercase() == letter.is_uppercase()
                && is_in_gbk(*found) == is_in_gbk(letter)
                && can_write(self.encoding, *found)
        };
        let drawn = (0..TRIES).filter_map(|_| char::from_u32(from + draws.below(count)));
        drawn.into_iter().find(is_like).unwrap_or(letter)
    }
}

fn latin(of: &[u8], draws: &mut Draws) -> char {
    draws.pick(of).map_or('x', char::from)
}

/// Whether rosters are full of a character.
fn is_usual(letter: char) -> bool {
    is_common(letter) || is_simplified(letter)
}

/// Whether GB 2312 has a character, which knows simplified ones only.
fn is_simplified(letter: char) -> bool {
    let mut buffer = [0; 4];
    let (bytes, _, has_failed) = GBK.encode(letter.encode_utf8(&mut buffer));
    !has_failed && matches!(*bytes, [0xB0..=0xF7, 0xA1..=0xFE])
}

fn is_in_gbk(letter: char) -> bool {
    can_write(Some(GBK), letter)
}

fn can_write(encoding: Option<&'static Encoding>, letter: char) -> bool {
    encoding.is_none_or(|encoding| !encoding.encode(letter.encode_utf8(&mut [0; 4])).2)
}
