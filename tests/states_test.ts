import { assertEquals } from "@std/assert";
import * as acceptors from "./contract/states/acceptor.ts";
import * as connectors from "./contract/states/connector.ts";
import { type Cell, openFixture, type Table } from "./contract/states/fixture.ts";
import * as servers from "./contract/states/server.ts";

type Named<Row, Column, Subject> = readonly [row: Row, column: Column, cell: Cell<Subject>];

/** Names and cells of a table, row by row. */
function cellsOf<Row extends string, Column extends string, Subject>(
  table: Table<Row, Column, Subject>,
): Named<Row, Column, Subject>[] {
  const named: Named<Row, Column, Subject>[] = [];
  for (const [row, columns] of Object.entries(table) as [Row, Columns<Column, Subject>][]) {
    for (const [column, cell] of Object.entries(columns) as [Column, Cell<Subject>][]) {
      named.push([row, column, cell]);
    }
  }
  return named;
}

type Columns<Column extends string, Subject> = { readonly [C in Column]: Cell<Subject> };

for (const [act, state, cell] of cellsOf(connectors.CONNECTOR)) {
  Deno.test(`WebSocketConnector: ${act} does what the table says when ${state}`, async () => {
    await using fixture = await openFixture();
    const subject = await connectors.connectorIn(state, fixture);
    await cell(subject);
    await connectors.endOf(subject);
  });
}

for (const [act, state, cell] of cellsOf(acceptors.ACCEPTOR)) {
  Deno.test(`WebSocketAcceptor: ${act} does what the table says when ${state}`, async () => {
    await using fixture = await openFixture();
    const subject = await acceptors.acceptorBefore(state, fixture);
    await cell(subject);
    await acceptors.endOf(subject);
  });
}

for (const [act, state, cell] of cellsOf(servers.SERVER)) {
  Deno.test(`WebSocketServer: ${act} does what the table says when ${state}`, async () => {
    const subject = await servers.serverBefore(state);
    await cell(subject);
    await servers.endOf(subject);
  });
}

Deno.test("the tables of states have every cell when they are counted", () => {
  assertEquals(cellsOf(connectors.CONNECTOR).length, 5 * 7);
  assertEquals(cellsOf(acceptors.ACCEPTOR).length, 6 * 7);
  assertEquals(cellsOf(servers.SERVER).length, 3 * 6);
});
