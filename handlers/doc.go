// Package handlers holds the resources of WordPress's REST API: one file per
// resource with its routes, its fields and its steps; register.go lists them
// in WordPress's order.
package handlers
