import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";

import { listZip, MAX_ENTRIES, readZipEntry } from "../../components/upload/zip.js";

/** Return an archive of these files; `more` overrides what it says about each. */
function zip(files, comment = "") {
  const parts = [];
  const list = [];
  let position = 0;
  for (const { name, content = Buffer.alloc(0), utf8 = true, ...more } of files) {
    const nameBytes = Buffer.isBuffer(name) ? name : Buffer.from(name);
    const packed = more.method === 0 ? content : deflateRawSync(content);
    const says = { flags: utf8 ? 2048 : 0, method: 8, size: content.length, packed: packed.length, ...more };
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(nameBytes.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(says.flags, 8);
    entry.writeUInt16LE(says.method, 10);
    entry.writeUInt32LE(says.packed, 20);
    entry.writeUInt32LE(says.size, 24);
    entry.writeUInt16LE(nameBytes.length, 28);
    entry.writeUInt32LE(says.position ?? position, 42);
    parts.push(local, nameBytes, packed);
    list.push(entry, nameBytes);
    position += 30 + nameBytes.length + packed.length;
  }
  const directory = Buffer.concat(list);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(position, 16);
  return new Blob([...parts, directory, end, Buffer.from(comment)]);
}

const text = async (archive, entry) => (await readZipEntry(archive, entry)).text();

const rejects = (promise, code) => assert.rejects(promise, (error) => error.code === code);

test("packed and stored files are read, folders left out", async () => {
  const archive = zip(
    [
      { name: "pages/" },
      { name: "pages/one.png", content: Buffer.from("one ".repeat(1000)) },
      { name: "two.png", content: Buffer.from("two"), method: 0 },
    ],
    "a comment at the end",
  );
  const entries = await listZip(archive);
  assert.deepEqual(
    entries.map(({ name }) => name),
    ["pages/one.png", "two.png"],
  );
  assert.equal(await text(archive, entries[0]), "one ".repeat(1000));
  assert.equal(await text(archive, entries[1]), "two");
});

test("Chinese names are read, in UTF-8 and in GBK", async () => {
  const gbk = Buffer.from([0xca, 0xfd, 0xd7, 0xd6]); // 数字
  const archive = zip([{ name: "照片.png" }, { name: gbk, utf8: false }, { name: "扫描.png", utf8: false }]);
  const names = (await listZip(archive)).map(({ name }) => name);
  assert.deepEqual(names, ["照片.png", "数字", "扫描.png"]);
});

test("a file that unpacks to more than it says is not unpacked further", async () => {
  const archive = zip([{ name: "bomb.png", content: Buffer.alloc(5_000_000), size: 1000 }]);
  const [entry] = await listZip(archive);
  await rejects(readZipEntry(archive, entry), "zip_damaged");
});

const REFUSED = {
  "a file that is packed too densely": [{ size: 50_000_000, packed: 50_000 }, "zip_too_large"],
  "a file that is too large": [{ size: 200_000_000, packed: 190_000_000 }, "zip_too_large"],
  "a file with a password": [{ flags: 1 }, "zip_encrypted"],
  "an unknown method": [{ method: 14 }, "zip_unsupported"],
  "a position outside the archive": [{ position: 1_000_000 }, "zip_damaged"],
  "a file of another length": [{ size: 3 }, "zip_damaged"],
};

for (const [name, [more, code]] of Object.entries(REFUSED)) {
  test(`${name} is refused`, async () => {
    const archive = zip([{ name: "one.png", content: Buffer.from("content"), ...more }]);
    const [entry] = await listZip(archive);
    await rejects(readZipEntry(archive, entry), code);
  });
}

test("an archive with too many files, or too much in all, is refused", async () => {
  await rejects(listZip(zip(Array(MAX_ENTRIES + 1).fill({ name: "a" }))), "zip_too_many");
  await rejects(listZip(zip(Array(40).fill({ name: "a", size: 90_000_000 }))), "zip_too_large");
});

test("what is no archive, or cut off, is refused", async () => {
  const archive = zip([{ name: "one.png", content: Buffer.from("content") }]);
  await rejects(listZip(new Blob(["not an archive, but long enough to be one"])), "zip_damaged");
  await rejects(listZip(new Blob([])), "zip_damaged");
  await rejects(listZip(archive.slice(10)), "zip_damaged");
});

test("an archive in the ZIP64 format is refused", async () => {
  await rejects(listZip(zip([{ name: "a", size: 0xffffffff }])), "zip_unsupported");
});
