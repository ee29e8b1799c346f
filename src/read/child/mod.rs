//! `.xls`, `.xlsb` and `.ods`, read by a child process that may die.
