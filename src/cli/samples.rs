//! The samples of `samples/`, built in so that `demo` runs anywhere.

/// Name and bytes of each sample.
pub static SAMPLES: &[(&str, &[u8])] = &[
    ("Unicode文本.txt", include_bytes!("../../samples/Unicode文本.txt")),
    ("两个科室.xlsx", include_bytes!("../../samples/两个科室.xlsx")),
    ("人事系统导出.xls", include_bytes!("../../samples/人事系统导出.xls")),
    ("区县上报学员名册_GBK.csv", include_bytes!("../../samples/区县上报学员名册_GBK.csv")),
    ("学员通讯录_两行表头.xlsx", include_bytes!("../../samples/学员通讯录_两行表头.xlsx")),
    ("改错了扩展名.xls", include_bytes!("../../samples/改错了扩展名.xls")),
    ("签到表.ods", include_bytes!("../../samples/签到表.ods")),
    ("身份证号被截断.xlsx", include_bytes!("../../samples/身份证号被截断.xlsx")),
];
