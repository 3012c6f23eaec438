"use strict";
// The page's side of a worker: asks for pictures, and gets promises of them.

/** Somebody who draws beside the page; where a browser has no workers, on the page between two moves. */
class Artist {
  constructor(card, lettersOf) {
    this.card = card;
    this.lettersOf = lettersOf; // promise of the base64 of a block of data
    this.waiting = new Map();
    this.given = new Map();
    this.task = 0;
    this.post = this.worker() ?? this.onThePage();
  }

  worker() {
    try {
      const script = document.querySelector("script#code").textContent;
      const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
      worker.onmessage = ({ data }) => this.answered(data);
      worker.onerror = (event) => this.failed(event.message);
      return (message) => worker.postMessage(message);
    } catch {
      return null;
    }
  }

  onThePage() {
    const answer = drawer((message) => this.answered(message));
    return (message) => setTimeout(() => answer(message));
  }

  answered({ task, error, ...answer }) {
    const { resolve, reject } = this.waiting.get(task);
    this.waiting.delete(task);
    error ? reject(new Error(error)) : resolve(answer);
  }

  /** Everything that was asked for is off. */
  failed(reason) {
    for (const { reject } of this.waiting.values()) reject(new Error(`the drawing stopped: ${reason}; open the page again`));
    this.waiting.clear();
  }

  ask(message) {
    const task = ++this.task;
    const answer = new Promise((resolve, reject) => this.waiting.set(task, { resolve, reject }));
    this.post({ ...message, task });
    return answer;
  }

  /** Gives the drawing side a network's or a source's numbers, once. */
  give(kind, number) {
    const name = `${kind}-${number}`, card = this.card[`${kind}s`][number];
    const send = async () => this.ask({ do: kind, number, card, letters: await this.lettersOf(name, card) });
    if (!this.given.has(name)) this.given.set(name, send());
    return this.given.get(name);
  }

  /** {size, data}: RGBA of the picture that a source draws from a latent. */
  async draw({ number, parent, child }, z, shares) {
    // One after the other: a source is put together from its networks.
    for (const network of [parent, child]) if (network !== null) await this.give("network", network);
    await this.give("source", number);
    return this.ask({ do: "draw", number, z, shares });
  }
}
