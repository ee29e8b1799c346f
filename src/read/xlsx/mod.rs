//! `.xlsx` and `.xlsm`, streamed cell by cell.
