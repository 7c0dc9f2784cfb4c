// The platform lacks what signals of older ones lack, before the package is loaded.
for (const name of ["any", "timeout"]) delete AbortSignal[name];
delete AbortSignal.prototype.throwIfAborted;
