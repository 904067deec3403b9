// Only on the page for joining, and only while the operator asks for work: looks for the number that the
// server's challenge wants, a little at a time, so that the page stays usable meanwhile. The hash is
// SHA-256 (FIPS 180-4): crypto.subtle answers one promise per hash, which is slower than all the hashing.
(() => {
  "use strict";

  const HASHES_A_TURN = 2_000; // some milliseconds on an old telephone
  const work = document.querySelector("[data-work]");
  const form = document.getElementById("form");
  if (!work || !form) return;

  const { K, START } = constants();
  const text = work.dataset.work + ".";
  const bits = Number(work.dataset.bits);
  const state = work.querySelector("[data-work-state]");
  const solution = form.querySelector("[name=solution]");
  let number = 0, waiting = false;

  form.addEventListener("submit", (event) => {
    if (solution.value) return;
    event.preventDefault();
    waiting = true;
    state.textContent = work.dataset.wait;
  });
  turn();

  function turn() {
    for (let tried = 0; tried < HASHES_A_TURN; tried++, number++) {
      if (zeroBits(sha256(text + number)) < bits) continue;
      solution.value = String(number);
      state.textContent = work.dataset.ready;
      if (waiting) form.submit();
      return;
    }
    setTimeout(turn, 0);
  }

  function zeroBits(words) {
    let count = 0;
    for (const word of words) {
      count += Math.clz32(word);
      if (word !== 0) break;
    }
    return count;
  }

  // The eight words of the hash of a text of plain characters.
  function sha256(message) {
    const blocks = Math.ceil((message.length + 9) / 64);
    const bytes = new DataView(new ArrayBuffer(64 * blocks));
    for (let at = 0; at < message.length; at++) bytes.setUint8(at, message.charCodeAt(at));
    bytes.setUint8(message.length, 0x80);
    bytes.setUint32(64 * blocks - 4, 8 * message.length);
    const hash = Int32Array.from(START);
    const w = new Int32Array(64);
    for (let block = 0; block < blocks; block++) {
      for (let t = 0; t < 16; t++) w[t] = bytes.getInt32(64 * block + 4 * t);
      for (let t = 16; t < 64; t++) {
        const s0 = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ (w[t - 15] >>> 3);
        const s1 = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ (w[t - 2] >>> 10);
        w[t] = w[t - 16] + s0 + w[t - 7] + s1;
      }
      let [a, b, c, d, e, f, g, h] = hash;
      for (let t = 0; t < 64; t++) {
        const e1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
        const one = (h + e1 + ((e & f) ^ (~e & g)) + K[t] + w[t]) | 0;
        const a0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
        const two = (a0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
      }
      for (const [at, word] of [a, b, c, d, e, f, g, h].entries()) hash[at] += word;
    }
    return hash;
  }

  function rotate(word, by) {
    return (word >>> by) | (word << (32 - by));
  }

  // The first 32 bits of the fractional parts of the cube roots of the first 64 primes, and of the square
  // roots of the first eight.
  function constants() {
    const primes = [];
    for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
    const fraction = (root) => ((root - Math.floor(root)) * 0x1_0000_0000) | 0;
    return { K: primes.map((prime) => fraction(Math.cbrt(prime))), START: primes.slice(0, 8).map((p) => fraction(Math.sqrt(p))) };
  }
})();
