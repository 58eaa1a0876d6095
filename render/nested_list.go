package render

import "strings"

// maxListDepth bounds lists in lists.
const maxListDepth = 50

// nestedList writes entries with those below them (Walker_Page, Walker_Nav_Menu). Each entry is shown once.
type nestedList[T any] struct {
	id    func(T) int64
	begin func(entry T, children bool) string // all of an entry but what is below it and its end
	below string                              // the tag that opens the list below an entry

	tree  map[int64][]T
	shown map[int64]bool
	out   strings.Builder
}

func newNestedList[T any](entries []T, id, parent func(T) int64, below string, begin func(T, bool) string) *nestedList[T] {
	l := &nestedList[T]{id: id, begin: begin, below: below, tree: map[int64][]T{}, shown: map[int64]bool{}}
	for _, e := range entries {
		l.tree[parent(e)] = append(l.tree[parent(e)], e)
	}
	return l
}

// list writes what is below an entry, and what is below that.
func (l *nestedList[T]) list(parent int64, depth int) {
	for _, e := range l.tree[parent] {
		if id := l.id(e); !l.shown[id] {
			l.entry(e, depth, len(l.tree[id]) > 0 && depth < maxListDepth)
		}
	}
}

func (l *nestedList[T]) entry(e T, depth int, children bool) {
	l.shown[l.id(e)] = true
	indent := strings.Repeat("\t", depth)
	l.out.WriteString(indent + l.begin(e, children))
	if children {
		l.out.WriteString("\n" + indent + l.below + "\n")
		l.list(l.id(e), depth+1)
		l.out.WriteString(indent + "</ul>\n")
	}
	l.out.WriteString("</li>\n")
}
