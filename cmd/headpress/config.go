package main

import (
	"fmt"
	"text/tabwriter"
)

type configCmd struct{}

// Run lists the settings.
func (configCmd) Run(a *app) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tVALUE\tSOURCE\tDEFAULT\tHELP")
	for _, r := range a.loader.Rows(a.parsed) {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.Name, dash(r.Value), dash(r.Source), dash(r.Default), r.Help)
	}
	return w.Flush()
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
