import { equal, ok } from "../check.ts";
import type { Case } from "../world.ts";

/** Addresses and options, as either end has them. */
export const ADDRESSES: readonly Case[] = [
  {
    name: "an acceptor's path is the request's, undecoded, with its query",
    async run(world) {
      const { saw, url } = await world.visit("/a/b%20c/?d=e&f=what?&g=%C3%BC");
      const path = url.slice(url.indexOf("/", "ws://".length));
      ok(path.startsWith("/a/b%20c/?d=e&f=what?&g=%C3%BC&id="), path);
      equal(await saw("path"), path);
    },
  },
  {
    name: "an acceptor's ip has no prefix when the client's is of IPv4",
    needs: ["our server"],
    async run(world) {
      const { saw } = await world.visit();
      equal(await saw("ip"), "127.0.0.1");
    },
  },
  {
    name: "an acceptor has the request's headers when it was upgraded",
    needs: ["our server"],
    async run(world) {
      const { saw } = await world.visit("/request");
      equal(await saw("has headers"), true);
    },
  },
  {
    name: "connect() takes an address of http when it is given one",
    needs: ["our client"],
    async run(world) {
      const { connector, remote, url } = world.prepare("/accept");
      const http = url.replace("ws:", "http:");
      await connector.connect(http, world.options());
      equal(connector.url, http);
      equal(await remote.plus(1, 2), 3);
    },
  },
  {
    name: "connect() takes a URL when it is given one",
    needs: ["our client"],
    async run(world) {
      const { connector, remote, url } = world.prepare("/accept");
      await connector.connect(new URL(url), world.options());
      equal(connector.url, url);
      equal(await remote.plus(1, 2), 3);
    },
  },
  {
    name: "a connector's url is the text as it was given, and undefined before",
    async run(world) {
      const { connector, connect, url } = world.prepare("/accept");
      equal(connector.url, undefined);
      await connect();
      equal(connector.url, url);
    },
  },
  {
    name: "connect() has no limit when its options are empty or name none",
    async run(world) {
      for (const options of [{}, { timeout: undefined }]) {
        const { connect, remote } = world.prepare("/late?ms=10");
        await connect(options);
        equal(await remote.plus(1, 2), 3);
      }
    },
  },
];
