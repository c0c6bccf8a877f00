//! The numbers that decide what is generated.

use crate::support::calendars;
use crate::support::choices::{Choices, Sequence};
use crate::support::records::{Records, of_seeds};

/// Numbers that decide what is generated (see the crate).
#[derive(Clone, Debug)]
pub struct Numbers(pub(crate) Vec<u32>);

impl Numbers {
    /// So many numbers from a seed; equal seeds give equal numbers on every machine.
    pub fn from_seed(seed: u64, count: usize) -> Numbers {
        let mut sequence = Sequence(seed);
        Numbers((0..count).map(|_| sequence.below(1 << 31) as u32).collect())
    }

    /// A number a byte.
    pub fn from_bytes(bytes: &[u8]) -> Numbers {
        Numbers(bytes.iter().map(|byte| u32::from(*byte)).collect())
    }

    /// The numbers as bytes, by their lowest.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().map(|number| *number as u8).collect()
    }

    /// The decisions that they make.
    pub(crate) fn choices(&self) -> Choices<'_> {
        Choices::new(&self.0)
    }
}

impl Records {
    /// Records of so many enterprises from one seed.
    pub(crate) fn from_seed(seed: u64, enterprises: usize) -> Records {
        let mut random = Sequence(seed);
        let calendar = random.one(&calendars());
        let seeds = (0..enterprises).map(|_| {
            let own = random.next();
            let most = random.one(&[2, 4, 9]);
            (own, [(); 5].map(|()| (0..random.below(most)).map(|_| random.next()).collect()))
        });
        let seeds: Vec<(u64, [Vec<u64>; 5])> = seeds.collect();
        of_seeds(calendar, seeds.into_iter())
    }
}
