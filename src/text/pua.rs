//! Private-use characters of old GBK fonts and what they stand for. Knows no encoding.

/// Private-use code points and their standard characters, rising. Source: the GB 18030-2005 mapping of the
/// 106 double-byte codes that fonts of the GBK time placed in the Private Use Area.
static TABLE: [(char, char); 106] = [
    ('\u{e76c}', '\u{20ac}'),
    ('\u{e78d}', '\u{fe10}'),
    ('\u{e78e}', '\u{fe12}'),
    ('\u{e78f}', '\u{fe11}'),
    ('\u{e790}', '\u{fe13}'),
    ('\u{e791}', '\u{fe14}'),
    ('\u{e792}', '\u{fe15}'),
    ('\u{e793}', '\u{fe16}'),
    ('\u{e794}', '\u{fe17}'),
    ('\u{e795}', '\u{fe18}'),
    ('\u{e796}', '\u{fe19}'),
    ('\u{e7c7}', '\u{1e3f}'),
    ('\u{e7c8}', '\u{1f9}'),
    ('\u{e7e7}', '\u{303e}'),
    ('\u{e7e8}', '\u{2ff0}'),
    ('\u{e7e9}', '\u{2ff1}'),
    ('\u{e7ea}', '\u{2ff2}'),
    ('\u{e7eb}', '\u{2ff3}'),
    ('\u{e7ec}', '\u{2ff4}'),
    ('\u{e7ed}', '\u{2ff5}'),
    ('\u{e7ee}', '\u{2ff6}'),
    ('\u{e7ef}', '\u{2ff7}'),
    ('\u{e7f0}', '\u{2ff8}'),
    ('\u{e7f1}', '\u{2ff9}'),
    ('\u{e7f2}', '\u{2ffa}'),
    ('\u{e7f3}', '\u{2ffb}'),
    ('\u{e815}', '\u{2e81}'),
    ('\u{e816}', '\u{20087}'),
    ('\u{e817}', '\u{20089}'),
    ('\u{e818}', '\u{200cc}'),
    ('\u{e819}', '\u{2e84}'),
    ('\u{e81a}', '\u{3473}'),
    ('\u{e81b}', '\u{3447}'),
    ('\u{e81c}', '\u{2e88}'),
    ('\u{e81d}', '\u{2e8b}'),
    ('\u{e81e}', '\u{9fb4}'),
    ('\u{e81f}', '\u{359e}'),
    ('\u{e820}', '\u{361a}'),
    ('\u{e821}', '\u{360e}'),
    ('\u{e822}', '\u{2e8c}'),
    ('\u{e823}', '\u{2e97}'),
    ('\u{e824}', '\u{396e}'),
    ('\u{e825}', '\u{3918}'),
    ('\u{e826}', '\u{9fb5}'),
    ('\u{e827}', '\u{39cf}'),
    ('\u{e828}', '\u{39df}'),
    ('\u{e829}', '\u{3a73}'),
    ('\u{e82a}', '\u{39d0}'),
    ('\u{e82b}', '\u{9fb6}'),
    ('\u{e82c}', '\u{9fb7}'),
    ('\u{e82d}', '\u{3b4e}'),
    ('\u{e82e}', '\u{3c6e}'),
    ('\u{e82f}', '\u{3ce0}'),
    ('\u{e830}', '\u{2ea7}'),
    ('\u{e831}', '\u{215d7}'),
    ('\u{e832}', '\u{9fb8}'),
    ('\u{e833}', '\u{2eaa}'),
    ('\u{e834}', '\u{4056}'),
    ('\u{e835}', '\u{415f}'),
    ('\u{e836}', '\u{2eae}'),
    ('\u{e837}', '\u{4337}'),
    ('\u{e838}', '\u{2eb3}'),
    ('\u{e839}', '\u{2eb6}'),
    ('\u{e83a}', '\u{2eb7}'),
    ('\u{e83b}', '\u{2298f}'),
    ('\u{e83c}', '\u{43b1}'),
    ('\u{e83d}', '\u{43ac}'),
    ('\u{e83e}', '\u{2ebb}'),
    ('\u{e83f}', '\u{43dd}'),
    ('\u{e840}', '\u{44d6}'),
    ('\u{e841}', '\u{4661}'),
    ('\u{e842}', '\u{464c}'),
    ('\u{e843}', '\u{9fb9}'),
    ('\u{e844}', '\u{4723}'),
    ('\u{e845}', '\u{4729}'),
    ('\u{e846}', '\u{477c}'),
    ('\u{e847}', '\u{478d}'),
    ('\u{e848}', '\u{2eca}'),
    ('\u{e849}', '\u{4947}'),
    ('\u{e84a}', '\u{497a}'),
    ('\u{e84b}', '\u{497d}'),
    ('\u{e84c}', '\u{4982}'),
    ('\u{e84d}', '\u{4983}'),
    ('\u{e84e}', '\u{4985}'),
    ('\u{e84f}', '\u{4986}'),
    ('\u{e850}', '\u{499f}'),
    ('\u{e851}', '\u{499b}'),
    ('\u{e852}', '\u{49b7}'),
    ('\u{e853}', '\u{49b6}'),
    ('\u{e854}', '\u{9fba}'),
    ('\u{e855}', '\u{241fe}'),
    ('\u{e856}', '\u{4ca3}'),
    ('\u{e857}', '\u{4c9f}'),
    ('\u{e858}', '\u{4ca0}'),
    ('\u{e859}', '\u{4ca1}'),
    ('\u{e85a}', '\u{4c77}'),
    ('\u{e85b}', '\u{4ca2}'),
    ('\u{e85c}', '\u{4d13}'),
    ('\u{e85d}', '\u{4d14}'),
    ('\u{e85e}', '\u{4d15}'),
    ('\u{e85f}', '\u{4d16}'),
    ('\u{e860}', '\u{4d17}'),
    ('\u{e861}', '\u{4d18}'),
    ('\u{e862}', '\u{4d19}'),
    ('\u{e863}', '\u{4dae}'),
    ('\u{e864}', '\u{9fbb}'),
];

/// First byte of all characters from U+E000 to U+EFFF in UTF-8; every entry of the table begins with it.
const LEAD: u8 = 0xee;

/// What a private-use character stands for; `None` for every other character.
pub fn repair(letter: char) -> Option<char> {
    let at = TABLE.binary_search_by_key(&letter, |(private, _)| *private).ok()?;
    TABLE.get(at).map(|(_, standard)| *standard)
}

/// Repairs a text from byte `from` on (a character's first byte) and tells how many characters changed.
/// Text without private-use characters costs one search for their first byte.
pub fn repair_in(text: &mut String, from: usize) -> u32 {
    let Some(tail) = text.get(from..) else { return 0 };
    let Some(first) = memchr::memchr(LEAD, tail.as_bytes()) else { return 0 };
    let old = text.split_off(from + first);
    let mut repaired = 0;
    for letter in old.chars() {
        let standard = repair(letter);
        repaired += u32::from(standard.is_some());
        text.push(standard.unwrap_or(letter));
    }
    repaired
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_rises_and_its_keys_share_one_first_byte() {
        assert!(TABLE.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (private, standard) in TABLE {
            assert_eq!(private.to_string().as_bytes()[0], LEAD);
            assert_eq!(repair(private), Some(standard));
            assert_eq!(repair(standard), None);
        }
    }

    #[test]
    fn repairs_known_characters_and_leaves_the_rest() {
        for (before, after, count) in [
            ("", "", 0),
            ("张三", "张三", 0),
            ("李\u{e863}", "李䶮", 1),
            ("\u{e81e}\u{e816}x\u{e7c8}", "龴𠂇xǹ", 3),
            ("\u{e000}\u{f8ff}", "\u{e000}\u{f8ff}", 0),
        ] {
            let mut text = before.to_owned();
            assert_eq!(repair_in(&mut text, 0), count, "{before:?}");
            assert_eq!(text, after);
        }
    }

    #[test]
    fn leaves_what_stands_before_the_start() {
        let mut text = "\u{e863}，\u{e863}".to_owned();
        assert_eq!(repair_in(&mut text, 3), 1);
        assert_eq!(text, "\u{e863}，䶮");
    }
}
