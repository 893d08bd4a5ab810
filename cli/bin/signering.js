#!/usr/bin/env node
// npm links this file before the sources are compiled, and a compiled file would not be executable.
import '../dist/main.js';
