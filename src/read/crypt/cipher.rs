//! AES in the two ways that documents chain its blocks, and RC4.

use aes::{
    Aes128, Aes192, Aes256,
    cipher::{Array, Block, BlockCipherDecrypt, KeyInit},
};

/// Bytes of a block.
pub const BLOCK: usize = 16;

/// AES under a key of any of its three lengths.
pub enum Aes {
    /// 16 bytes.
    Short(Box<Aes128>),
    /// 24 bytes.
    Middle(Box<Aes192>),
    /// 32 bytes.
    Long(Box<Aes256>),
}

impl Aes {
    /// `None` if AES takes no key of this length.
    pub fn new(key: &[u8]) -> Option<Aes> {
        match key.len() {
            16 => Some(Aes::Short(Box::new(Aes128::new_from_slice(key).ok()?))),
            24 => Some(Aes::Middle(Box::new(Aes192::new_from_slice(key).ok()?))),
            32 => Some(Aes::Long(Box::new(Aes256::new_from_slice(key).ok()?))),
            _ => None,
        }
    }

    /// Decrypts each block for itself; what is left of the last, broken one stays as it is.
    pub fn decrypt_ecb(&self, bytes: &mut [u8]) {
        let (blocks, _) = Array::slice_as_chunks_mut(bytes);
        match self {
            Aes::Short(aes) => blocks_of(&**aes, blocks),
            Aes::Middle(aes) => blocks_of(&**aes, blocks),
            Aes::Long(aes) => blocks_of(&**aes, blocks),
        }
    }

    /// Decrypts blocks chained to one another and the first one to `start`. `before` is room for the bytes as they
    /// were; given from call to call, it is made once.
    pub fn decrypt_cbc(&self, start: &[u8; BLOCK], bytes: &mut [u8], before: &mut Vec<u8>) {
        // All blocks at once, then what each is chained to: the processor decrypts several beside each other.
        before.clear();
        before.extend_from_slice(start);
        before.extend_from_slice(bytes);
        self.decrypt_ecb(bytes);
        let whole = bytes.len() - bytes.len() % BLOCK;
        let chained = bytes.iter_mut().take(whole);
        chained.zip(before.iter()).for_each(|(byte, earlier)| *byte ^= earlier);
    }
}

fn blocks_of<C: BlockCipherDecrypt>(aes: &C, blocks: &mut [Block<C>]) {
    aes.decrypt_blocks(blocks);
}

/// RC4. By hand: its keys are of any length here, and the crate makes the length a type.
pub struct Rc4 {
    state: [u8; 256],
    steps: u8,
    sum: u8,
}

impl Rc4 {
    /// Begins the stream of a key; an empty one is taken for a zero.
    pub fn new(key: &[u8]) -> Rc4 {
        let mut state: [u8; 256] = std::array::from_fn(|at| at as u8);
        let mut sum = 0_u8;
        let letters = key.iter().copied().chain(key.is_empty().then_some(0));
        for (at, letter) in (0..=u8::MAX).zip(letters.cycle()) {
            sum = sum.wrapping_add(state[usize::from(at)]).wrapping_add(letter);
            state.swap(usize::from(at), usize::from(sum));
        }
        Rc4 { state, steps: 0, sum: 0 }
    }

    /// Decrypts bytes with the stream's next ones.
    pub fn apply(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte ^= self.next();
        }
    }

    /// Leaves so many bytes of the stream out.
    pub fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.next();
        }
    }

    fn next(&mut self) -> u8 {
        self.steps = self.steps.wrapping_add(1);
        let one = self.state[usize::from(self.steps)];
        self.sum = self.sum.wrapping_add(one);
        let other = self.state[usize::from(self.sum)];
        self.state.swap(usize::from(self.steps), usize::from(self.sum));
        self.state[usize::from(one.wrapping_add(other))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rc4_gives_the_streams_that_are_published() {
        // RFC 6229: the first bytes under keys of 40 and 128 bits.
        let cases: [(&[u8], [u8; 4]); 2] = [
            (&[1, 2, 3, 4, 5], [0xB2, 0x39, 0x63, 0x05]),
            (&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], [0x9A, 0xC7, 0xCC, 0x9A]),
        ];
        for (key, expected) in cases {
            let mut bytes = [0; 4];
            Rc4::new(key).apply(&mut bytes);
            assert_eq!(bytes, expected);
        }
        let mut skipped = Rc4::new(&[1, 2, 3, 4, 5]);
        skipped.skip(2);
        let mut bytes = [0; 2];
        skipped.apply(&mut bytes);
        assert_eq!(bytes, [0x63, 0x05]);
    }

    #[test]
    fn aes_chains_its_blocks() {
        // NIST SP 800-38A, F.2.2: the first two blocks of AES-128 in CBC.
        let key = 0x2b7e151628aed2a6abf7158809cf4f3c_u128.to_be_bytes();
        let start = 0x000102030405060708090a0b0c0d0e0f_u128.to_be_bytes();
        let mut bytes = [
            0x7649abac8119b246cee98e9b12e9197d_u128.to_be_bytes(),
            0x5086cb9b507219ee95db113a917678b2_u128.to_be_bytes(),
        ]
        .concat();
        Aes::new(&key).unwrap().decrypt_cbc(&start, &mut bytes, &mut Vec::new());
        let expected = [
            0x6bc1bee22e409f96e93d7e117393172a_u128.to_be_bytes(),
            0xae2d8a571e03ac9c9eb76fac45af8e51_u128.to_be_bytes(),
        ]
        .concat();
        assert_eq!(bytes, expected);
        assert!(Aes::new(&[0; 17]).is_none());
    }
}
