/** As in the module that this one stands in for: browsers don't hold frames back. */
export const clientPacer = undefined;
