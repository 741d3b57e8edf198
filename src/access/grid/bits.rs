//! Sets of roles by their dense numbers.

/// A set of numbers below a fixed one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Bits(Box<[u64]>);

impl Bits {
    /// The empty set of numbers below `len`.
    pub fn new(len: usize) -> Bits {
        Bits(vec![0; len.div_ceil(64)].into_boxed_slice())
    }

    /// The set of all numbers below `len`.
    pub fn all(len: usize) -> Bits {
        let mut bits = Bits(vec![u64::MAX; len.div_ceil(64)].into_boxed_slice());
        if let (Some(last), 1..) = (bits.0.last_mut(), len % 64) {
            *last = (1 << (len % 64)) - 1;
        }
        bits
    }

    pub fn words(&self) -> usize {
        self.0.len()
    }

    pub fn clear(&mut self) {
        self.0.fill(0);
    }

    pub fn add(&mut self, at: u32) {
        if let Some(word) = self.0.get_mut(at as usize / 64) {
            *word |= 1 << (at % 64);
        }
    }

    pub fn has(&self, at: u32) -> bool {
        self.0.get(at as usize / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    pub fn add_all(&mut self, other: &Bits) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, more)| *word |= more);
    }

    pub fn keep(&mut self, other: &Bits) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, kept)| *word &= kept);
    }

    pub fn remove_all(&mut self, other: &Bits) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, gone)| *word &= !gone);
    }

    pub fn count(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// How many are in both.
    pub fn count_with(&self, other: &Bits) -> u64 {
        self.0.iter().zip(&other.0).map(|(a, b)| u64::from((a & b).count_ones())).sum()
    }

    /// Upwards.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros())?;
                left &= left - 1;
                Some(at as u32 * 64 + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn sets_hold_what_was_put_in() {
        for len in [0, 1, 63, 64, 65, 130] {
            let all = Bits::all(len);
            assert_eq!((all.count(), all.iter().count()), (len as u64, len));
            let mut odd = Bits::new(len);
            (0..len as u32).filter(|n| n % 2 == 1).for_each(|n| odd.add(n));
            assert_eq!(
                odd.iter().collect::<Vec<_>>(),
                (0..len as u32).filter(|n| n % 2 == 1).collect::<Vec<_>>()
            );
            assert_eq!(odd.count_with(&all), len as u64 / 2);
            let mut even = all.clone();
            even.remove_all(&odd);
            assert!(!even.has(1) && even.has(0) == (len > 0));
            even.add_all(&odd);
            assert_eq!(even, all);
            even.keep(&odd);
            assert_eq!(even, odd);
        }
    }
}
