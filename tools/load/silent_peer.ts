/** A peer that keeps reading but acknowledges nothing, which no client of this library does. */

/** What it asks for. */
export interface Unread {
  /** Texts of this length. */
  readonly count: number;
  readonly bytes: number;
}

const OFFER = {
  header: null,
  link: { version: 1, features: ["frames", "batch", "resume"], values: ["json"] },
};

/** Connects, asks for the texts, and stays. Resolves when the first text has arrived. */
export function acknowledgesNothing(url: string, { count, bytes }: Unread): Promise<void> {
  const socket = new WebSocket(url);
  socket.onopen = () => {
    socket.send(JSON.stringify(OFFER));
    for (let uid = 1; uid <= count; uid++) {
      socket.send(JSON.stringify([0, uid, "text", [bytes]]));
    }
  };
  return new Promise((resolve, reject) => {
    socket.onmessage = ({ data }) => {
      if (String(data).length > bytes) resolve();
    };
    socket.onclose = () => reject(new Error("Cannot go on: the server has closed"));
  });
}
