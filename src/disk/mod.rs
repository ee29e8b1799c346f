//! What the program asks of the operating system about files, and nowhere else: a port to another
//! system is a matter of this folder. Knows nothing of documents.

mod private;
mod sync;

pub use private::{exposed_mode, private_folder, replace_private, write_private};
pub use sync::{sync_files, sync_folder};
