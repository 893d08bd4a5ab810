// Mocha's global fixtures: what the whole run shares.
export {};
