//! stub
/// x
pub type TwinFault = Box<dyn std::error::Error + Send + Sync>;
/// x
pub trait TwinRows {}
/// x
pub fn write_twin() {}
