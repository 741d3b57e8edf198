//! State to screen. Pure.
