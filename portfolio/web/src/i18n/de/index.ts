/** The German catalogue, by area. */

import type { Words } from "..";
import { accounts } from "./accounts";
import { allocation } from "./allocation";
import { asset } from "./asset";
import { changes } from "./changes";
import { common } from "./common";
import { details } from "./details";
import { explain } from "./explain";
import { feed } from "./feed";
import { friends } from "./friends";
import { gains } from "./gains";
import { holdings } from "./holdings";
import { home } from "./home";
import { idea } from "./idea";
import { ideas } from "./ideas";
import { imports } from "./imports";
import { inbox } from "./inbox";
import { income } from "./income";
import { instruments } from "./instruments";
import { login } from "./login";
import { options } from "./options";
import { performance } from "./performance";
import { prices } from "./prices";
import { problems } from "./problems";
import { record } from "./record";
import { settings } from "./settings";
import { share } from "./share";
import { shared } from "./shared";
import { shell } from "./shell";
import { transactions } from "./transactions";
import { welcome } from "./welcome";

export const words: Words = {
  accounts,
  allocation,
  asset,
  changes,
  common,
  details,
  explain,
  feed,
  friends,
  gains,
  holdings,
  home,
  idea,
  ideas,
  imports,
  inbox,
  income,
  instruments,
  login,
  options,
  performance,
  prices,
  problems,
  record,
  settings,
  share,
  shared,
  shell,
  transactions,
  welcome,
};
