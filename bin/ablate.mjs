#!/usr/bin/env node
// The framework's command, for who stands in this folder without npm.
import "../src/bin/ablate.mjs"
