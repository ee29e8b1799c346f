//! The `cmegate` program: everything lives in the library.

fn main() -> std::process::ExitCode {
    cmegate::cli::main()
}
