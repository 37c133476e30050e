console.log("build stub", process.version)
