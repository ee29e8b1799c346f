#!/usr/bin/env python3
"""Makes the inputs of tests/corpus/encrypted-*: one invented roster under every lock that is opened.

usage: make_encrypted.py [FOLDER]      (needs openpyxl and cryptography; the files are committed)
Written from [MS-OFFCRYPTO] and [MS-XLS] without a look at src/read/crypt, so that the two check each other. Salts are
derived from the case's name: the same bytes on every run. Turns of the hash are few, so that tests are quick.
"""
import base64
import hashlib
import hmac
import io
import struct
import sys
import zipfile
import zlib
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

OUT = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent / "corpus")
WORDS = "--input learner-address-book --target canonical-jsonl"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
HEAD = ["姓名", "性别", "身份证号", "工作单位", "职称", "学历", "手机号", "项目编号", "学分", "天数", "培训日期"]


def person(n, name):
    first = "99990019800101%02d2" % n
    number = first + "10X98765432"[sum(int(d) * w for d, w in zip(first, WEIGHTS)) % 11]
    return [name, "女", number, "青禾市第一人民医院", "医师", "本科", "1990000%04d" % n, "2022-03-01-%03d(国)" % (n + 1), "4", "2", "2022-03-05"]


ROWS = [HEAD, person(0, "陈安宁"), person(1, "周文博")]


def salt(name, size=16):
    return hashlib.sha256(name.encode()).digest()[:size]


def save(case, name, content, passwords=None):
    folder = OUT / case
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    words = WORDS
    if passwords:
        (folder / "vault").mkdir(exist_ok=True)
        (folder / "vault" / "passwords").write_text("\n".join(passwords) + "\n")
        words += " --password-file CASE/vault/passwords"
    (folder / "words").write_text(words + "\n")


# The container: MS-CFB, sectors of 512 bytes, no stream shorter than the cut-off of 4096 but in the mini stream.
def compound(streams):
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    sectors, fat, mini, mini_fat, places = [], [], b"", [], {}

    def chain(data):
        first = len(sectors)
        pieces = [data[at : at + 512].ljust(512, b"\0") for at in range(0, len(data), 512)]
        sectors.extend(pieces)
        fat.extend([first + at + 1 for at in range(len(pieces) - 1)] + [end])
        return first

    for name, data in streams:
        if len(data) < 4096:
            first, count = len(mini) // 64, -(-len(data) // 64)
            mini += data.ljust(count * 64, b"\0")
            mini_fat += [first + at + 1 for at in range(count - 1)] + [end]
            places[name] = (first, len(data))
        else:
            places[name] = (chain(data), len(data))
    mini_start = chain(mini) if mini else end
    table = b"".join(struct.pack("<I", entry) for entry in mini_fat)
    table_start = chain(table.ljust(-(-len(table) // 512) * 512, b"\xff")) if table else end

    def entry(name, kind, right=free, child=free, start=0, length=0):
        raw = name.encode("utf-16-le") + b"\0\0"
        return (raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1) + struct.pack("<III", free, right, child)
                + bytes(36) + struct.pack("<IQ", start, length))

    names = [name for name, _ in streams]
    directory = entry("Root Entry", 5, child=1, start=mini_start, length=len(mini))
    for at, name in enumerate(names):
        directory += entry(name, 2, right=at + 2 if at + 1 < len(names) else free, start=places[name][0], length=places[name][1])
    directory_start = chain(directory.ljust(-(-len(directory) // 512) * 512, b"\0"))
    assert len(fat) < 127
    table_at = len(sectors)
    fat.append(0xFFFFFFFD)
    sectors.append(b"".join(struct.pack("<I", entry) for entry in fat).ljust(512, b"\xff"))
    header = (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
              + struct.pack("<IIIIIIIII", 1, directory_start, 0, 4096, table_start, 1 if table else 0, end, 0, table_at))
    return header.ljust(512, b"\xff") + b"".join(sectors)


def aes(key, mode, data, decrypt=False):
    cipher = Cipher(algorithms.AES(key), mode)
    worker = cipher.decryptor() if decrypt else cipher.encryptor()
    return worker.update(data) + worker.finalize()


def filled(data, size=16):
    return data + bytes(-len(data) % size)


def workbook(rows=ROWS):
    from openpyxl import Workbook
    book = Workbook()
    for row in rows:
        book.active.append(row)
    raw, fixed = io.BytesIO(), io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename != "docProps/core.xml":
                new.writestr(zipfile.ZipInfo(member.filename, (1980, 1, 1, 0, 0, 0)), old.read(member), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()


def agile(package, password, name, digest="sha512", bits=256, spins=1000):
    size, key_bytes = hashlib.new(digest).digest_size, bits // 8
    of = lambda *parts: hashlib.new(digest, b"".join(parts)).digest()
    fit = lambda data, length: data[:length].ljust(length, b"\x36")
    data_salt, key_salt, secret = salt(name + "d"), salt(name + "k"), salt(name + "s", key_bytes)
    spun = of(key_salt, password.encode("utf-16-le"))
    for turn in range(spins):
        spun = of(struct.pack("<I", turn), spun)
    lock = lambda purpose, data: aes(fit(of(spun, bytes.fromhex(purpose)), key_bytes), modes.CBC(key_salt), filled(data))
    verifier = salt(name + "v")
    start = lambda purpose: fit(of(data_salt, purpose), 16)
    stream = struct.pack("<Q", len(package))
    for at in range(0, len(package), 4096):
        stream += aes(secret, modes.CBC(start(struct.pack("<I", at // 4096))), filled(package[at : at + 4096]))
    hmac_key = salt(name + "h") * 4
    hmac_key = hmac_key[:size]
    code = hmac.new(hmac_key, stream, digest).digest()
    seal = lambda purpose, data: aes(secret, modes.CBC(start(bytes.fromhex(purpose))), filled(data))
    text = lambda data: base64.b64encode(data).decode()
    common = f'saltSize="16" blockSize="16" keyBits="{bits}" hashSize="{size}" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="{digest.upper()}"'
    xml = (f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" '
           f'xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><keyData {common} saltValue="{text(data_salt)}"/>'
           f'<dataIntegrity encryptedHmacKey="{text(seal("5fb2ad010cb9e1f6", hmac_key))}" encryptedHmacValue="{text(seal("a0677f02b22c8433", code))}"/>'
           f'<keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><p:encryptedKey spinCount="{spins}" {common} '
           f'saltValue="{text(key_salt)}" encryptedVerifierHashInput="{text(lock("fea7d2763b4b9e79", verifier))}" '
           f'encryptedVerifierHashValue="{text(lock("d7aa0f6d3061344e", of(verifier)))}" encryptedKeyValue="{text(lock("146e0be7abacd0d6", secret))}"/>'
           f'</keyEncryptor></keyEncryptors></encryption>')
    info = struct.pack("<HHI", 4, 4, 0x40) + xml.encode()
    return compound([("EncryptionInfo", info), ("EncryptedPackage", stream)])


def header(algorithm, bits, provider, name):
    body = struct.pack("<IIIIIIII", 0x24 if algorithm != 0x6801 else 4, 0, algorithm, 0x8004, bits, provider, 0, 0) + (name + "\0").encode("utf-16-le")
    return struct.pack("<II", 0x24 if algorithm != 0x6801 else 4, len(body)) + body


def standard(package, password, name):
    sha = lambda *parts: hashlib.sha1(b"".join(parts)).digest()
    own, verifier = salt(name), salt(name + "v")
    spun = sha(own, password.encode("utf-16-le"))
    for turn in range(50000):
        spun = sha(struct.pack("<I", turn), spun)
    last = sha(spun, bytes(4))
    wide = lambda mark: sha(bytes(a ^ mark for a in last.ljust(64, b"\0")))
    key = (wide(0x36) + wide(0x5C))[:16]
    lock = lambda data: aes(key, modes.ECB(), filled(data))
    info = (struct.pack("<HH", 4, 2) + header(0x660E, 128, 24, "Microsoft Enhanced RSA and AES Cryptographic Provider")
            + struct.pack("<I", 16) + own + lock(verifier) + struct.pack("<I", 20) + lock(sha(verifier)))
    return compound([("EncryptionInfo", info), ("EncryptedPackage", struct.pack("<Q", len(package)) + lock(package))])


# Records of .xls, one sheet of labels.
def record(kind, body=b""):
    return struct.pack("<HH", kind, len(body)) + body


def records(filepass):
    bof = lambda kind: record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))
    name = "名册"
    sheet = bof(0x0010)
    for row, cells in enumerate(ROWS):
        for column, text in enumerate(cells):
            sheet += record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))
    sheet += record(0x000A)
    bound = lambda at: record(0x0085, struct.pack("<IBBBB", at, 0, 0, len(name), 1) + name.encode("utf-16-le"))
    head = lambda at: bof(0x0005) + record(0x002F, filepass) + record(0x00E1, b"\xb0\x04") + record(0x0042, b"\xb0\x04") + bound(at) + record(0x000A)
    return head(len(head(0))) + sheet


def locked(stream, mask):
    """Masks the bodies: `mask(start of the body, its length)` gives a byte for each of its bytes."""
    made, at = b"", 0
    while at < len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + length]
        plain = length if kind in (0x0809, 0x002F, 0x00E1) else 4 if kind == 0x0085 else 0
        made += stream[at : at + 4] + body[:plain] + mask(at + 4, body)[plain:]
        at += 4 + length
    return made


def rc4_stream(key, length):
    state, other = list(range(256)), 0
    for at in range(256):
        other = (other + state[at] + key[at % len(key)]) % 256
        state[at], state[other] = state[other], state[at]
    one = other = 0
    stream = bytearray()
    for _ in range(length):
        one = (one + 1) % 256
        other = (other + state[one]) % 256
        state[one], state[other] = state[other], state[one]
        stream.append(state[(state[one] + state[other]) % 256])
    return bytes(stream)


def xored(data, mask):
    return bytes(a ^ b for a, b in zip(data, mask))


def by_blocks(filepass, key_of):
    stream = records(filepass)
    mask = b"".join(rc4_stream(key_of(block), 1024) for block in range(len(stream) // 1024 + 1))
    return locked(stream, lambda at, body: xored(body, mask[at : at + len(body)]))


def rc4_xls(password, name):
    md5 = lambda *parts: hashlib.md5(b"".join(parts)).digest()
    own, verifier = salt(name), salt(name + "v")
    base = md5((md5(password.encode("utf-16-le"))[:5] + own) * 16)[:5]
    key_of = lambda block: md5(base, struct.pack("<I", block))
    check = xored(verifier + md5(verifier), rc4_stream(key_of(0), 32))
    return compound([("Workbook", filled(by_blocks(struct.pack("<HHH", 1, 1, 1) + own + check, key_of), 4096))])


def cryptoapi_xls(password, name, bits):
    sha = lambda *parts: hashlib.sha1(b"".join(parts)).digest()
    own, verifier = salt(name), salt(name + "v")
    base = sha(own, password.encode("utf-16-le"))
    key_of = lambda block: sha(base, struct.pack("<I", block))[: bits // 8].ljust(16 if bits == 40 else 0, b"\0")
    check = xored(verifier + sha(verifier), rc4_stream(key_of(0), 36))
    filepass = (struct.pack("<HHH", 1, 4, 2) + header(0x6801, bits, 1, "Microsoft Enhanced Cryptographic Provider v1.0")
                + struct.pack("<I", 16) + own + check[:16] + struct.pack("<I", 20) + check[16:])
    return compound([("Workbook", filled(by_blocks(filepass, key_of), 4096))])


def xor_xls(password):
    """[MS-OFFCRYPTO] 2.3.7.2, with the matrix that the specification prints made by its shift register."""
    turn = lambda value, by, width: ((value << by) | (value >> (width - by))) & ((1 << width) - 1)
    word = [ord(letter) for letter in password]
    verifier = 0
    for letter in word[::-1] + [len(word)]:
        verifier = turn(verifier, 1, 15) ^ letter
    verifier ^= 0xCE4B
    step = lambda value: (value << 1 ^ (0x1021 if value & 0x8000 else 0)) & 0xFFFF
    start, matrix = 0xFFFF, 0x8000
    key = 0
    rows = []
    for _ in range(15 * 8):
        matrix = step(matrix)
        rows.append(matrix)
    for at, letter in enumerate(word[::-1]):
        for bit in range(7):
            if letter >> bit & 1:
                key ^= rows[at * 8 + bit]
    for _ in range(len(word) * 8):
        start = step(start)
    key ^= start
    pad = [0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80, 0x00, 0xBE, 0x0F, 0x00, 0xBF, 0x0F, 0x00]
    both = struct.pack("<H", key)
    pattern = [turn((word + pad)[at] ^ both[at % 2], 7, 8) for at in range(16)]
    stream = records(struct.pack("<HHH", 0, key, verifier))
    lock = lambda at, body: bytes(turn(byte, 5, 8) ^ pattern[(at + len(body) + place) % 16] for place, byte in enumerate(body))
    return compound([("Workbook", filled(locked(stream, lock), 4096))])


def ods(password, name, turns=1000):
    """OpenDocument: each part deflated, filled up, in AES; only the content matters here."""
    cells = lambda row: "".join(f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' for text in row)
    rows = "".join(f"<table:table-row>{cells(row)}</table:table-row>" for row in ROWS)
    content = ('<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
               'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
               f'<office:body><office:spreadsheet><table:table table:name="名册">{rows}</table:table></office:spreadsheet></office:body></office:document-content>').encode()
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = deflater.compress(content) + deflater.flush()
    start, own = salt(name + "i"), salt(name)
    secret = hashlib.sha256(password.encode()).digest()
    key = hashlib.pbkdf2_hmac("sha1", secret, own, turns, 32)
    fill = 16 - len(packed) % 16
    stream = aes(key, modes.CBC(start), packed + bytes(fill - 1) + bytes([fill]))
    text = lambda data: base64.b64encode(data).decode()
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = ('<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
                f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
                f'<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml" manifest:size="{len(content)}">'
                f'<manifest:encryption-data manifest:checksum-type="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0#sha256-1k" manifest:checksum="{text(hashlib.sha256(packed[:1024]).digest())}">'
                f'<manifest:algorithm manifest:algorithm-name="http://www.w3.org/2001/04/xmlenc#aes256-cbc" manifest:initialisation-vector="{text(start)}"/>'
                '<manifest:start-key-generation manifest:start-key-generation-name="http://www.w3.org/2000/09/xmldsig#sha256" manifest:key-size="32"/>'
                f'<manifest:key-derivation manifest:key-derivation-name="PBKDF2" manifest:key-size="32" manifest:iteration-count="{turns}" manifest:salt="{text(own)}"/>'
                '</manifest:encryption-data></manifest:file-entry></manifest:manifest>')
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        for part, data in (("mimetype", kind), ("content.xml", stream), ("META-INF/manifest.xml", manifest)):
            new.writestr(zipfile.ZipInfo(part, (1980, 1, 1, 0, 0, 0)), data)
    return made.getvalue()


PLAIN, OWN, BUILT_IN = workbook(), "继教2022 #", "VelvetSweatshop"
VAULT = ["# no comment", "wrong", OWN]
save("encrypted-agile", "input.xlsx", agile(PLAIN, OWN, "agile"), VAULT)
MUCH = ROWS[:2] + [ROWS[2][:8] + ["40"] + ROWS[2][9:]]
save("encrypted-with-an-error", "input.xlsx", agile(workbook(MUCH), OWN, "error"), VAULT)
save("encrypted-agile-sha1", "input.xlsx", agile(PLAIN, OWN, "agile-sha1", "sha1", 128), VAULT)
save("encrypted-agile-sha384", "input.xlsx", agile(PLAIN, OWN, "agile-sha384", "sha384", 192), VAULT)
save("encrypted-standard", "input.xlsx", standard(PLAIN, OWN, "standard"), VAULT)
save("encrypted-built-in", "input.xlsx", agile(PLAIN, BUILT_IN, "built-in", "sha256", 128))
save("encrypted-no-password", "input.xlsx", agile(PLAIN, OWN, "none", spins=10))
save("encrypted-wrong-password", "input.xlsx", agile(PLAIN, OWN, "wrong", spins=10), ["wrong", "Wrong"])
save("encrypted-xls-rc4", "input.xls", rc4_xls(OWN, "rc4"), VAULT)
save("encrypted-xls-cryptoapi", "input.xls", cryptoapi_xls(OWN, "cryptoapi", 128), VAULT)
save("encrypted-xls-cryptoapi-40", "input.xls", cryptoapi_xls(OWN, "cryptoapi-40", 40), VAULT)
save("encrypted-xls-xor", "input.xls", xor_xls("jijiao-2022"), ["jijiao-2022"])
save("encrypted-xls-built-in", "input.xls", rc4_xls(BUILT_IN, "built-in"))
save("encrypted-ods", "input.ods", ods(OWN, "ods"), VAULT)
