//! Evidence: scans, photographs and letters that stand behind the records of an activity. Knows no picture format.

use super::Lang;

/// What a piece of evidence shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceKind {
    /// 签到表: who signed.
    SignIn,
    /// 通知: the sealed notice of the activity.
    Notice,
    /// 日程: hours, topics, teachers.
    Schedule,
    /// 照片 of the room, the banner, the people.
    Photo,
    /// 课件: slides and handouts.
    Courseware,
    /// 证书: certificates of the learners.
    Certificate,
    /// 论文.
    Paper,
    /// 证明材料: support material of any other form.
    Support,
    /// Nobody can tell.
    Other,
}

impl EvidenceKind {
    /// All kinds.
    pub const ALL: [EvidenceKind; 9] = [
        EvidenceKind::SignIn,
        EvidenceKind::Notice,
        EvidenceKind::Schedule,
        EvidenceKind::Photo,
        EvidenceKind::Courseware,
        EvidenceKind::Certificate,
        EvidenceKind::Paper,
        EvidenceKind::Support,
        EvidenceKind::Other,
    ];

    /// English name as in packs and reports: `sign-in`.
    pub fn name(self) -> &'static str {
        match self {
            EvidenceKind::SignIn => "sign-in",
            EvidenceKind::Notice => "notice",
            EvidenceKind::Schedule => "schedule",
            EvidenceKind::Photo => "photo",
            EvidenceKind::Courseware => "courseware",
            EvidenceKind::Certificate => "certificate",
            EvidenceKind::Paper => "paper",
            EvidenceKind::Support => "support",
            EvidenceKind::Other => "other",
        }
    }

    /// What people call it.
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            EvidenceKind::SignIn => lang.pick("签到表", "sign-in sheet"),
            EvidenceKind::Notice => lang.pick("通知", "notice"),
            EvidenceKind::Schedule => lang.pick("日程", "schedule"),
            EvidenceKind::Photo => lang.pick("照片", "photograph"),
            EvidenceKind::Courseware => lang.pick("课件", "courseware"),
            EvidenceKind::Certificate => lang.pick("证书", "certificate"),
            EvidenceKind::Paper => lang.pick("论文", "paper"),
            EvidenceKind::Support => lang.pick("证明材料", "support material"),
            EvidenceKind::Other => lang.pick("其他", "other"),
        }
    }

    /// Finds a kind by its English name or its Chinese label.
    pub fn find(word: &str) -> Option<EvidenceKind> {
        let is_it = |kind: &EvidenceKind| kind.name() == word || kind.label(Lang::Zh) == word;
        EvidenceKind::ALL.into_iter().find(is_it)
    }
}

/// What told the kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KindBy {
    /// A manifest or a person said so.
    Said,
    /// A word of the file's name.
    Name,
    /// A word of a folder's name.
    Folder,
    /// What the page looks like.
    Content,
    /// Nothing: the kind is [`EvidenceKind::Other`].
    Nothing,
}

impl KindBy {
    /// English name as in reports.
    pub fn name(self) -> &'static str {
        match self {
            KindBy::Said => "said",
            KindBy::Name => "name",
            KindBy::Folder => "folder",
            KindBy::Content => "content",
            KindBy::Nothing => "nothing",
        }
    }
}

/// Who counted the signatures of an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignedBy {
    /// Rows of a typed sign-in list.
    Column,
    /// The package's manifest.
    Manifest,
    /// The scanned sheets.
    Scan,
    /// A person who looked.
    Person,
}

/// A perceptual hash of 512 bits: pictures that look alike differ in few of them. Fewer bits would not tell two signed
/// sheets of one form apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PictureHash(pub [u64; 8]);

impl PictureHash {
    /// The hash as bytes, to be stored.
    pub fn to_bytes(self) -> [u8; 64] {
        let mut bytes = [0; 64];
        for (to, from) in bytes.chunks_mut(8).zip(self.0) {
            to.copy_from_slice(&from.to_le_bytes());
        }
        bytes
    }

    /// A stored hash; `None` for bytes of another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<PictureHash> {
        let bytes: &[u8; 64] = bytes.try_into().ok()?;
        let mut words = [0; 8];
        for (word, from) in words.iter_mut().zip(bytes.chunks(8)) {
            *word = u64::from_le_bytes(from.try_into().ok()?);
        }
        Some(PictureHash(words))
    }

    /// In how many bits two hashes differ.
    pub fn distance(&self, other: &PictureHash) -> u32 {
        self.0.iter().zip(&other.0).map(|(left, right)| (left ^ right).count_ones()).sum()
    }
}

/// What a picture or the first page of a PDF looks like. Sides are as people see them: turned by the orientation.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Pages of a PDF or TIFF; 1 for a picture.
    pub pages: u32,
    /// Pixels across; 0 where the first page is no picture.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Pixels per inch, where the file says so.
    pub dpi: Option<u32>,
    /// EXIF orientation 1–8; 1 is upright.
    pub orientation: u8,
    /// Steepness of the sharpest strokes, from 0 to 1: their rise per pixel, at 1024 pixels on the long side, as a share
    /// of all there is between black and white. In the direction in which they are less sharp.
    pub sharpness: f32,
    /// How far the paper is from white: 0 white, 1 black. The paper is the brightest tenth.
    pub darkness: f32,
    /// Thin straight lines across and down, counted in whole widths and heights of the picture.
    pub lines: (u16, u16),
    /// Perceptual hash, orientation applied; `None` for a page with nothing on it.
    pub hash: Option<PictureHash>,
}

/// Evidence that an earlier package brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownEvidence {
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// Its perceptual hash.
    pub hash: Option<PictureHash>,
    /// How its project is called in findings.
    pub project: String,
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Path inside the package.
    pub path: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// Format by its bytes: `jpg`, `png`, `tiff`, `pdf`, `heic`, `docx` …
    pub format: &'static str,
    /// What it shows.
    pub kind: EvidenceKind,
    /// What told so.
    pub kind_by: KindBy,
    /// The project it belongs to, if its path or a manifest says so: `2022-03-01-127`.
    pub project: Option<String>,
    /// What it looks like; `None` if nobody could look.
    pub look: Option<Look>,
}
