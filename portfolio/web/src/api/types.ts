/** Short names for the generated types of what the API answers and takes. */

import type { components } from "./schema";

type Schemas = components["schemas"];

export type Me = Schemas["Me"];
export type MePatch = Schemas["MePatch"];
export type Settings = Schemas["Settings"];
export type SettingsPatch = Schemas["SettingsPatch"];
export type Idea = Schemas["Idea"];
export type IdeaIn = Schemas["IdeaIn"];
export type IdeaPatch = Schemas["IdeaPatch"];
export type IdeaState = Schemas["Transition"]["to"];
export type Side = Schemas["IdeaIn"]["side"];
export type Figures = Schemas["Figures"];
export type FieldConflict = Schemas["FieldConflict"];
export type Change = Schemas["Change"];
export type Holding = Schemas["Holding"];
export type Position = Idea | Holding;
export type Comment = Schemas["Comment"];
export type Share = Schemas["Share"];
export type GivenShare = Schemas["GivenShare"];
export type ShareIn = Schemas["ShareIn"];
export type Friend = Schemas["Friend"];
export type FriendPatch = Schemas["FriendPatch"];
export type Neighbour = Schemas["Neighbour"];
export type OpenInvite = Schemas["OpenInvite"];
export type NewInvite = Schemas["NewInvite"];
export type Happening = Schemas["Happening"];
export type FieldChange = Schemas["FieldChange"];
export type Notification = Schemas["Notifications"]["items"][number];
export type Transaction = Schemas["Transaction"];
export type TransactionIn = Schemas["TransactionIn"];
export type TransactionPatch = Schemas["TransactionPatch"];
export type TransactionsSet = Schemas["TransactionsSet"];
export type Account = Schemas["Account"];
export type AccountIn = Schemas["AccountIn"];
export type AccountPatch = Schemas["AccountPatch"];
export type InstrumentPatch = Schemas["InstrumentPatch"];
export type Write = Schemas["Write"];
export type Undone = Schemas["Undone"];
export type Import = Schemas["Import"];
export type ImportPatch = Schemas["ImportPatch"];
export type ImportRow = Schemas["ImportRow"];
export type ImportedFile = Schemas["ImportedFile"];
export type ImportOptions = Schemas["OptionsIn"];
export type Explanation = Schemas["Explanation"];
export type Performance = Schemas["Performance"];
export type Contribution = Schemas["Contribution"];
export type OpenLot = Schemas["OpenLot"];
export type Sale = Schemas["Gain"];
export type Gains = Schemas["Gains"];
export type Income = Schemas["Income"];
export type IncomeGroup = Schemas["IncomeGroup"];
export type Allocation = Schemas["Allocation"];
export type TrackRecord = Schemas["TrackRecord"];
export type RecordTrade = Schemas["RecordTrade"];
export type Prices = Schemas["Prices"];
export type Price = Schemas["Price"];
export type PriceIn = Schemas["PriceIn"];
export type Portfolio = Schemas["Portfolio"];
export type PortfolioHistory = Schemas["History"];
export type Instrument = Schemas["Instrument"];
export type ProviderState = Schemas["ProviderState"];
export type LoadedPrices = Schemas["LoadedPrices"];
export type Details = Schemas["PlannerDetails"];
export type Sample = Schemas["Sample"];
export type Health = Schemas["Health"];
export type Login = Schemas["Login"];

/** Live messages by type (portfolio/messages.py). */
export interface LiveData {
  hello: Schemas["Hello"];
  position_shared: Schemas["PositionShared"];
  position_updated: Schemas["PositionUpdated"];
  share_revoked: Schemas["ShareRevoked"];
  comment_added: Schemas["CommentChanged"];
  comment_edited: Schemas["CommentChanged"];
  comment_deleted: Schemas["CommentChanged"];
  delivery_changed: Schemas["DeliveryChanged"];
  friend_requested: Schemas["FriendChanged"];
  friend_added: Schemas["FriendChanged"];
  friend_removed: Schemas["FriendChanged"];
  friend_online: Schemas["FriendChanged"];
  friend_offline: Schemas["FriendChanged"];
  notification: Schemas["portfolio__messages__Notification"];
  prices_changed: Schemas["PricesChanged"];
  sync_gap: Schemas["SyncGap"];
  directory_state: Schemas["DirectoryState"];
  resync: Schemas["Resync"];
}

export type LiveType = keyof LiveData;
export type LiveMessage = { [T in LiveType]: { n: number; type: T; data: LiveData[T] } }[LiveType];
