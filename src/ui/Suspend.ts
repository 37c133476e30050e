/** Ctrl-Z: a screen reads it as a key, so it does what the terminal would have done. */

/** Long enough for the signal to have stopped the process; where nobody can continue it, it is not stopped. */
const WAIT_MS = 100

/** Stops the whole job, as the terminal does; ends when the shell continues it. */
export const suspend = (): Promise<void> =>
  new Promise((resume) => {
    if (process.platform !== "win32") process.kill(0, "SIGTSTP")
    setTimeout(resume, WAIT_MS)
  })
