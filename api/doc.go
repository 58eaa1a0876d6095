// Package api is the protocol of WordPress's REST API, true of every route:
// matching, parameters and their schemas, permissions, contexts, _fields,
// _embed, envelopes, links and the documents that describe routes. It knows
// neither posts nor SQL: what it must know of the site it asks a Session.
package api
