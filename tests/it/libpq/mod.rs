//! libpq is the judge of what connection strings, URIs, service files, password files and variables mean.

pub mod case;
#[allow(dead_code, reason = "more of it is used against real servers")]
pub mod judge;
mod keys;
mod matrix;
pub mod random;
mod revoked;
mod strings;

use case::Agreed;

use crate::differential::{number, seed};

/// Cases at random in each run; ROLESCOPE_CONNINFOS asks for more.
const CASES: u64 = 3000;

#[test]
fn settings_at_random_are_what_libpq_makes_of_them() {
    let seed = seed();
    let cases = number("ROLESCOPE_CONNINFOS").unwrap_or(CASES);
    println!("ROLESCOPE_SEED={seed} ROLESCOPE_CONNINFOS={cases}");
    let (place, mut judge) = (case::Place::new(), judge::Judge::start());
    let mut tally = std::collections::BTreeMap::new();
    for at in 0..cases {
        let case = random::case(&mut fastrand::Rng::with_seed(seed.wrapping_add(at)));
        match case.compare(&place, &mut judge) {
            Ok(agreed) => *tally.entry(agreed).or_insert(0_u64) += 1,
            Err(words) => {
                panic!("{words}\nROLESCOPE_SEED={} ROLESCOPE_CONNINFOS=1\n{case:#?}", seed.wrapping_add(at))
            }
        }
    }
    println!("{tally:?}");
    // Random cases that were all wrong would prove little.
    assert!(tally.get(&Agreed::Tried).is_some_and(|tried| *tried >= cases / 10), "{tally:?}");
}
