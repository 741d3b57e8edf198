//! Findings on clusters made by hand.
