package render

import (
	_ "embed"
	"encoding/json"
	"sync"
)

//go:embed icons.json
var iconsJSON []byte

// icons are the pictures that the block core/icon can show, in WordPress's order.
var icons = sync.OnceValue(func() (all struct {
	names    []string
	drawings map[string]string
},
) {
	var rows [][2]string
	if err := json.Unmarshal(iconsJSON, &rows); err != nil {
		panic("icons.json: " + err.Error())
	}
	all.drawings = map[string]string{}
	for _, row := range rows {
		all.names = append(all.names, row[0])
		all.drawings[row[0]] = row[1]
	}
	return all
})

// IconNames are the full names of all icons (core/plus), in WordPress's order. They are not to be changed.
func IconNames() []string { return icons().names }

// Icon is the SVG of an icon by its full name, "" where there is none.
func Icon(name string) string { return icons().drawings[name] }
