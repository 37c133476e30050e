/** What a program receives of the environment: little, so that what its results depend on is declared. */

/** They say where things are, not what comes out: passed on, and in no key. */
const passed = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "TMPDIR",
  "TEMP",
  "TMP",
  "LD_LIBRARY_PATH",
  "DYLD_LIBRARY_PATH",
  "VIRTUAL_ENV",
  "CONDA_PREFIX",
  "PYENV_ROOT",
  "SystemRoot",
  "PATHEXT",
  "COMSPEC"
]

/** The same on every machine: order of sorting, time zone, and what makes Python's results vary. */
const fixed = {
  LC_ALL: "C.UTF-8",
  LANG: "C.UTF-8",
  TZ: "UTC",
  PYTHONHASHSEED: "0",
  PYTHONDONTWRITEBYTECODE: "1",
  PYTHONUNBUFFERED: "1",
  PYTHONUTF8: "1"
}

/** As it is before a thread watches who asks for it: that a program receives these is no stage's asking. */
const variables = process.env

/** The environment of a program without what its stage declares. */
export const environment = (): { readonly [name: string]: string } => ({
  ...Object.fromEntries(
    passed.flatMap((name) => {
      const value = variables[name]
      return value === undefined ? [] : [[name, value]]
    })
  ),
  ...fixed
})
