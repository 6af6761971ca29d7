// Answers kept on this phone until the server has acknowledged them, and sent again in order.
//
// One record a question, the newest, under a key of attempt and person: somebody else on this phone has
// another key. The server answers a save with one of four words; a record is forgotten on `stored` and
// `already_stored` only, or when another device or the end of the paper has made it worthless.

const SPAN = 1000000; // save numbers of the n-th device begin at n × this
const PATIENCE = 15000;
const DELAYS = [2000, 4000, 8000, 16000, 30000];

// Whether a page is loaded anew for this record for the first time: once, never in a circle.
export function isFirst(mark) {
  try {
    if (sessionStorage.getItem("studyhall:reloaded") === mark) return false;
    sessionStorage.setItem("studyhall:reloaded", mark);
    return true;
  } catch (refused) {
    return false;
  }
}

export class Kept {
  // place: { key, device, highest, base, token }; tell: what the page does on each outcome.
  constructor(place, tell) {
    this.place = place;
    this.tell = tell;
    this.memory = null; // where the browser refuses storage
    this.running = null;
    this.timer = 0;
    this.tries = 0;
    this.down = !navigator.onLine;
    this.sent = 0;
    this.adopt();
    window.addEventListener("online", () => this.lineIsBack());
    window.addEventListener("offline", () => this.lineIsLost());
  }

  // What an earlier page of this phone left. After a new login on the same phone the device counts one
  // further and the answers get numbers of their own again; after another device in between they are void.
  adopt() {
    const { device, highest } = this.place;
    const stored = this.read();
    this.number = Math.max(device * SPAN, highest, stored.device === device ? stored.number : 0);
    if (stored.device === device) return;
    const items = {};
    if (stored.device === device - 1) {
      this.inOrder(stored.items).forEach(([position, record]) => {
        this.number += 1;
        items[position] = { ...record, number: this.number };
      });
    }
    this.write(items);
  }

  read() {
    const nothing = { device: this.place.device, number: 0, items: {} };
    try {
      return JSON.parse(localStorage.getItem(this.place.key)) || this.memory || nothing;
    } catch (refused) {
      return this.memory || nothing;
    }
  }

  write(items) {
    const stored = { device: this.place.device, number: this.number, items };
    try {
      if (Object.keys(items).length) localStorage.setItem(this.place.key, JSON.stringify(stored));
      else localStorage.removeItem(this.place.key);
      this.memory = null;
    } catch (refused) {
      this.memory = stored;
    }
  }

  get items() {
    return this.read().items;
  }

  get count() {
    return Object.keys(this.items).length;
  }

  inOrder(items) {
    return Object.entries(items).sort((one, other) => one[1].number - other[1].number);
  }

  put(position, answer, flag) {
    const stored = this.read();
    this.number = Math.max(this.number, stored.number) + 1;
    this.write({ ...stored.items, [position]: { number: this.number, answer, flag } });
  }

  forget(position, number) {
    const items = this.items;
    if (!items[position] || items[position].number !== number) return;
    delete items[position];
    this.write(items);
  }

  clear() {
    this.write({});
  }

  // Sends all there is. True when nothing is left to send.
  flush() {
    if (!this.running) {
      this.running = this.drain().then((done) => {
        this.running = null;
        return done;
      });
    }
    return this.running;
  }

  async drain() {
    clearTimeout(this.timer);
    for (;;) {
      const first = this.inOrder(this.items)[0];
      if (!first) break;
      const [position, record] = first;
      if (!(await this.send(Number(position), record))) return false;
    }
    this.tries = 0;
    if (this.down && this.sent) this.lineIsUp();
    return true;
  }

  async send(position, record) {
    const { status, said } = await this.post(position, record);
    if (status === 0) {
      this.lineIsLost();
      this.later();
      return false;
    }
    if (status === 401) {
      this.tell.signedOut();
      return false;
    }
    if (status >= 500 || status === 429) {
      this.tell.waiting();
      this.later();
      return false;
    }
    if (status !== 200) return this.tell.refused(position, record);
    return this.heed(position, record, said);
  }

  heed(position, record, said) {
    if (said.word === "closed") {
      this.tell.closed();
      return false;
    }
    if (said.word === "replaced") return this.giveWay(position, record, said.number);
    this.sent += 1;
    this.forget(position, record.number);
    this.tell.stored(position, record, said.now);
    return true;
  }

  // By another device (no number), or by a later save of this one: then what was chosen last wins, once.
  giveWay(position, record, number) {
    if (!number || record.again) {
      this.clear();
      this.tell.replaced();
      return false;
    }
    const items = this.items;
    this.number = Math.max(this.number, number) + 1;
    if (items[position]) items[position] = { ...items[position], number: this.number, again: true };
    this.write(items);
    return true;
  }

  async post(position, record) {
    const body = new URLSearchParams({ number: record.number });
    record.answer.forEach((value) => body.append("answer", value));
    if (record.flag) body.append("flag", "1");
    return this.request(`${this.place.base}${position}/save`, { method: "POST", body });
  }

  // { status, said, text }: status 302 is a redirect not followed, 0 is no line at all.
  async request(url, options = {}) {
    const patience = new AbortController();
    const clock = setTimeout(() => patience.abort(), PATIENCE);
    try {
      const response = await fetch(url, {
        credentials: "same-origin",
        redirect: "manual",
        keepalive: options.method === "POST",
        signal: patience.signal,
        headers: { Accept: "application/json", "X-CSRFToken": this.place.token },
        ...options,
      });
      if (response.type === "opaqueredirect") return { status: 302, said: {}, text: "" };
      const text = await response.text();
      const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
      return { status: response.status, said: isJson ? JSON.parse(text) : {}, text };
    } catch (lost) {
      return { status: 0, said: {}, text: "" };
    } finally {
      clearTimeout(clock);
    }
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), DELAYS[Math.min(this.tries, DELAYS.length - 1)]);
    this.tries += 1;
  }

  lineIsLost() {
    if (!this.down) this.sent = 0;
    this.down = true;
    this.tell.line(false, this.count);
  }

  async lineIsBack() {
    this.tries = 0;
    const waited = this.count;
    if (await this.flush()) if (this.down && !waited) this.lineIsUp();
  }

  lineIsUp() {
    this.down = false;
    this.tell.line(true, this.sent);
    this.sent = 0;
  }
}
