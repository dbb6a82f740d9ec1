import { PERIODS } from "@plinth/core";
import { GraphQLEnumType, GraphQLInputObjectType, type GraphQLInputType, GraphQLInt, GraphQLString } from "graphql";

/** Times relative to that of the request, as REST writes them behind `$now`. */

const DURATION = new GraphQLInputObjectType({
  name: "Duration",
  description: "The parts are added. Months and years are those of the calendar.",
  fields: fieldsOf(["years", "months", "weeks", "days", "hours", "minutes", "seconds"], GraphQLInt),
});

const PERIOD = new GraphQLEnumType({
  name: "Period",
  description: "A part of the calendar. Weeks begin on Monday.",
  values: Object.fromEntries(PERIODS.map((name) => [name, {}])),
});

const RELATIVE_TIME = new GraphQLInputObjectType({
  name: "RelativeTime",
  description: "The time of the request, moved. With start, the beginning of the period that it is in is moved.",
  fields: {
    sub: { type: DURATION },
    add: { type: DURATION },
    start: { type: PERIOD },
    zone: { type: GraphQLString, description: "The time zone of start, such as Europe/Berlin; UTC by default." },
  },
});

export const RELATIVE_TIMES = new GraphQLInputObjectType({
  name: "RelativeTimeFilter",
  description: "Operators that all hold, with times relative to that of the request: {_gte: {sub: {days: 7}}}.",
  fields: fieldsOf(["_eq", "_neq", "_gt", "_gte", "_lt", "_lte"], RELATIVE_TIME),
});

function fieldsOf(names: readonly string[], type: GraphQLInputType) {
  return Object.fromEntries(names.map((name) => [name, { type }]));
}
