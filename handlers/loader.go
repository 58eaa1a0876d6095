package handlers

// loader fetches by set what is asked for one by one: the first question about
// any of the ids that were announced answers it for all of them. So a page of
// objects costs one statement per kind of thing it needs, and what no field
// asks for costs none.
type loader[K comparable, V any] struct {
	fetch   func(ids []K) (map[K]V, error)
	fail    func(error)
	pending []K
	known   map[K]V
}

// want announces ids that may be asked for.
func (l *loader[K, V]) want(ids ...K) {
	for _, id := range ids {
		if _, ok := l.known[id]; !ok {
			l.pending = append(l.pending, id)
		}
	}
}

// put stores what was loaded in another way.
func (l *loader[K, V]) put(id K, v V) {
	if l.known == nil {
		l.known = map[K]V{}
	}
	l.known[id] = v
}

// get gives what belongs to an id, the zero value where there is nothing. A
// failure is reported to the session, whose request then fails as a whole.
func (l *loader[K, V]) get(id K) V {
	if v, ok := l.known[id]; ok {
		return v
	}
	seen := map[K]bool{id: true}
	ids := []K{id}
	for _, p := range l.pending {
		if _, ok := l.known[p]; !ok && !seen[p] {
			seen[p] = true
			ids = append(ids, p)
		}
	}
	l.pending = nil
	found, err := l.fetch(ids)
	if err != nil {
		l.fail(err)
		found = nil
	}
	for _, id := range ids {
		l.put(id, found[id])
	}
	return l.known[id]
}

// forget drops what is known, after a write.
func (l *loader[K, V]) forget(ids ...K) {
	for _, id := range ids {
		delete(l.known, id)
	}
}

// empty gives a loader of the same kind that knows nothing.
func (l *loader[K, V]) empty() loader[K, V] { return loader[K, V]{fetch: l.fetch, fail: l.fail} }
