//! Header, chunks and their nonces: what reader and writer of a sealed file agree on.

use std::io;

use chacha20poly1305::{AeadInOut, ChaCha20Poly1305, KeyInit};

use super::SealError;

/// Bytes of plain text in a chunk; only the last chunk has fewer.
pub(super) const CHUNK: usize = 1 << 16;
/// Bytes of a chunk's tag.
pub(super) const TAG: usize = 16;
const MAGIC: [u8; 4] = *b"CMES";
const VERSION: u8 = 1;
const HEADER: usize = 26;

/// Whether what is sealed was compressed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// It would not have become smaller (zip containers, xlsx).
    AsItCame,
    /// Deflate, without any wrapper.
    Deflated,
}

/// What stands, readable for all, before the first chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub packing: Packing,
    pub key_id: [u8; 4],
    pub salt: [u8; 16],
}

impl Header {
    pub fn bytes(self) -> [u8; HEADER] {
        let packing = [VERSION, (self.packing == Packing::Deflated).into()];
        let parts = MAGIC.iter().chain(&packing).chain(&self.key_id).chain(&self.salt);
        let mut bytes = [0; HEADER];
        bytes.iter_mut().zip(parts).for_each(|(place, byte)| *place = *byte);
        bytes
    }

    pub fn read(from: &mut dyn io::Read) -> Result<Header, SealError> {
        let mut bytes = [0; HEADER];
        from.read_exact(&mut bytes).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => SealError::NotSealed,
            _ => SealError::Io(error),
        })?;
        let (fixed, salt) = bytes.split_last_chunk::<16>().ok_or(SealError::NotSealed)?;
        match *fixed {
            [b'C', b'M', b'E', b'S', VERSION, packing @ (0 | 1), a, b, c, d] => {
                let packing = if packing == 1 { Packing::Deflated } else { Packing::AsItCame };
                Ok(Header { packing, key_id: [a, b, c, d], salt: *salt })
            }
            [b'C', b'M', b'E', b'S', VERSION, ..] => Err(SealError::Damaged { chunk: 0 }),
            [b'C', b'M', b'E', b'S', version, ..] => Err(SealError::Version(version)),
            _ => Err(SealError::NotSealed),
        }
    }
}

/// The cipher of one file, and where in the file it is.
pub(super) struct FileKey {
    cipher: ChaCha20Poly1305,
    header: [u8; HEADER],
    packing: Packing,
    chunk: u64,
}

impl FileKey {
    pub fn new(key: &[u8; 32], header: Header) -> FileKey {
        let cipher = ChaCha20Poly1305::new(key.into());
        FileKey { cipher, header: header.bytes(), packing: header.packing, chunk: 0 }
    }

    pub fn header(&self) -> &[u8] {
        &self.header
    }

    pub fn packing(&self) -> Packing {
        self.packing
    }

    /// Seals the next chunk in place and gives its tag.
    pub fn seal(&mut self, plain: &mut [u8], is_last: bool) -> [u8; TAG] {
        let nonce = self.next_nonce(is_last);
        let tag = self.cipher.encrypt_inout_detached(&nonce.into(), &self.header, plain.into());
        // Refuses only chunks of more than 256 GiB. A tag of zeros would then open nothing.
        tag.map_or([0; TAG], Into::into)
    }

    /// Opens the next chunk, its tag at the end, in place.
    pub fn open(&mut self, sealed: &mut Vec<u8>, is_last: bool) -> Result<(), SealError> {
        let damaged = SealError::Damaged { chunk: self.chunk };
        let is_first = self.chunk == 0;
        let nonce = self.next_nonce(is_last);
        let Some(tag) = sealed.last_chunk::<TAG>().copied() else { return Err(damaged) };
        sealed.truncate(sealed.len() - TAG);
        let plain = sealed.as_mut_slice().into();
        let opened =
            self.cipher.decrypt_inout_detached(&nonce.into(), &self.header, plain, &tag.into());
        // Only a file without any content ends in an empty chunk: one content, one form.
        match opened {
            Ok(()) if is_first || !sealed.is_empty() => Ok(()),
            _ => Err(damaged),
        }
    }

    /// Header and chunks of a text.
    pub fn seal_all(mut self, text: &[u8]) -> Vec<u8> {
        let mut sealed = self.header.to_vec();
        let mut chunks = text.chunks(CHUNK).peekable();
        if chunks.peek().is_none() {
            sealed.extend(self.seal(&mut [], true));
        }
        while let Some(chunk) = chunks.next() {
            let mut chunk = chunk.to_vec();
            let tag = self.seal(&mut chunk, chunks.peek().is_none());
            sealed.extend_from_slice(&chunk);
            sealed.extend(tag);
        }
        sealed
    }

    /// What the chunks behind the header hold.
    pub fn open_all(mut self, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut plain = Vec::with_capacity(sealed.len());
        let mut rest = sealed;
        loop {
            let (chunk, after) = rest.split_at_checked(CHUNK + TAG).unwrap_or((rest, &[]));
            let mut chunk = chunk.to_vec();
            self.open(&mut chunk, after.is_empty())?;
            plain.append(&mut chunk);
            if after.is_empty() {
                return Ok(plain);
            }
            rest = after;
        }
    }

    fn next_nonce(&mut self, is_last: bool) -> [u8; 12] {
        let [a, b, c, d, e, f, g, h] = self.chunk.to_be_bytes();
        self.chunk += 1;
        [0, 0, 0, a, b, c, d, e, f, g, h, is_last.into()]
    }
}
