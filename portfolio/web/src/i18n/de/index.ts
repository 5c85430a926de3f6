/** The German catalogue, by area. */

import type { Words } from "..";
import { allocation } from "./allocation";
import { asset } from "./asset";
import { common } from "./common";
import { details } from "./details";
import { explain } from "./explain";
import { feed } from "./feed";
import { friends } from "./friends";
import { holdings } from "./holdings";
import { home } from "./home";
import { idea } from "./idea";
import { ideas } from "./ideas";
import { imports } from "./imports";
import { inbox } from "./inbox";
import { income } from "./income";
import { login } from "./login";
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
  allocation,
  asset,
  common,
  details,
  explain,
  feed,
  friends,
  holdings,
  home,
  idea,
  ideas,
  imports,
  inbox,
  income,
  login,
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
