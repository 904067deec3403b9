// Calculates a drawn position again, as docs/draw.md describes it. Everything it needs is in the page;
// it sends nothing.
(() => {
  "use strict";

  // SHA-256's constants (FIPS 180-4, 5.3.3 and 4.2.2): fractions of the roots of the first primes.
  const START = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  ];
  const ROUND = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
  ];
  const SCHEDULE = new Int32Array(64);

  const form = document.getElementById("proof");
  if (!form) return;
  const proof = JSON.parse(document.getElementById("proof-document").textContent);
  const pool = document.getElementById("proof-pool");
  const lot = document.getElementById("proof-lot");
  const answer = form.querySelector("[data-answer]");
  const number = new Intl.NumberFormat(document.documentElement.lang);

  // The waiting page links here with #POOL:NUMBER, which stays in the browser.
  const [linkedPool, linkedLot] = decodeURIComponent(location.hash.slice(1)).split(":");
  if (proof.pools.some(({ pool }) => pool === linkedPool)) pool.value = linkedPool;
  if (/^\d{1,10}$/.test(linkedLot ?? "")) lot.value = linkedLot;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer.textContent = form.dataset.working;
    // The words are shown before the work begins.
    requestAnimationFrame(() => setTimeout(() => (answer.textContent = result())));
  });

  function result() {
    const typed = lot.value.trim();
    if (!/^\d{1,10}$/.test(typed)) return form.dataset.mistyped;
    if (hex(commitment()) !== proof.commitment) return form.dataset.broken;
    const ticket = Number(typed);
    const { n } = proof.pools.find((line) => line.pool === pool.value);
    if (ticket >= n) return form.dataset.behind.replace("{position}", number.format(ticket + 1));
    const position = positions(seed(pool.value, n), n)[ticket];
    return form.dataset.place.replace("{position}", number.format(position + 1));
  }

  function commitment() {
    return sha256(join(field("dran draw commitment 1"), field(proof.campaign), field(bytes(proof.secret))));
  }

  function seed(pool, n) {
    const value = proof.public_value?.value ?? "";
    return sha256(
      join(field("dran draw seed 1"), field(proof.campaign), field(pool), word(n), field(bytes(proof.secret)), field(value)),
    );
  }

  function positions(seed, n) {
    const positions = Uint32Array.from({ length: n }, (_, ticket) => ticket);
    const next = words(seed);
    for (let i = n - 1; i > 0; i--) {
      const fair = 2 ** 32 - (2 ** 32 % (i + 1));
      let drawn = next();
      while (drawn >= fair) drawn = next();
      const j = drawn % (i + 1);
      const kept = positions[i];
      positions[i] = positions[j];
      positions[j] = kept;
    }
    return positions;
  }

  // The stream of words: SHA-256 of seed and block number, eight words at a time. Seed and number fit
  // into one block of the hash, of which only the number changes.
  function words(seed) {
    const block = padded(join(seed, word(0), word(0)));
    const state = new Uint32Array(8);
    let blockNumber = 0, at = 8;
    return () => {
      if (at === 8) {
        block[8] = Math.floor(blockNumber / 2 ** 32);
        block[9] = blockNumber >>> 0;
        state.set(START);
        compress(state, block, 0);
        blockNumber++;
        at = 0;
      }
      return state[at++];
    };
  }

  function field(data) {
    const content = typeof data === "string" ? new TextEncoder().encode(data) : data;
    return join(word(content.length), content);
  }

  function word(value) {
    return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
  }

  function join(...parts) {
    const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }

  function bytes(digits) {
    return Uint8Array.from(digits.match(/../g), (pair) => Number.parseInt(pair, 16));
  }

  function hex(bytes) {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // SHA-256 (FIPS 180-4). The browser's own is not there on plain HTTP, and hashes one block per promise.

  function sha256(message) {
    const state = Uint32Array.from(START);
    const blocks = padded(message);
    for (let at = 0; at < blocks.length; at += 16) compress(state, blocks, at);
    return join(...Array.from(state, word));
  }

  // The message as words, with its padding: a one, zeros, and its length in bits.
  function padded(message) {
    const blocks = new Uint32Array(Math.ceil((message.length + 9) / 64) * 16);
    message.forEach((byte, at) => (blocks[at >> 2] |= byte << (24 - 8 * (at % 4))));
    blocks[message.length >> 2] |= 0x80 << (24 - 8 * (message.length % 4));
    blocks[blocks.length - 1] = message.length * 8;
    return blocks;
  }

  function compress(state, blocks, at) {
    for (let i = 0; i < 16; i++) SCHEDULE[i] = blocks[at + i];
    for (let i = 16; i < 64; i++) {
      const x = SCHEDULE[i - 15], y = SCHEDULE[i - 2];
      const s0 = (x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3;
      const s1 = (y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10;
      SCHEDULE[i] = SCHEDULE[i - 16] + s0 + SCHEDULE[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const s1 = (e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7);
      const t1 = h + s1 + (e & f ^ ~e & g) + ROUND[i] + SCHEDULE[i] | 0;
      const s0 = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10);
      const t2 = s0 + (a & b ^ a & c ^ b & c) | 0;
      h = g, g = f, f = e, e = d + t1 | 0, d = c, c = b, b = a, a = t1 + t2 | 0;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e, state[5] += f, state[6] += g, state[7] += h;
  }
})();
