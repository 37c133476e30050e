/** Where the results are: what messages name, and what a worker is told to open. A store of files has its folder here. */
import { Context } from "effect"

export class StoreLocation extends Context.Service<StoreLocation, string>()("ablate/store/StoreLocation") {}
