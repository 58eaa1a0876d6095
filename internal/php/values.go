// Package php holds PHP's values: what WordPress stores serialized, what it
// receives as parameters, and what it prints as JSON.
//
// A PHP value is one of nil, bool, int64, float64, string, *Array and *Object.
// Answers may also be built from Map, Obj, []any, []string, []int64 and int,
// which are cheaper to write down and print the same way.
package php

import (
	"iter"
	"slices"
	"strconv"
)

// Key is a key of an Array. PHP turns strings that are plain decimal integers
// into integers; KeyOf does the same.
type Key struct {
	Str   string
	Int   int64
	IsInt bool
}

// IntKey makes the key of a position in a list.
func IntKey(n int64) Key { return Key{Int: n, IsInt: true} }

// KeyOf makes the key that PHP would make of s.
func KeyOf(s string) Key {
	if n, ok := integerKey(s); ok {
		return IntKey(n)
	}
	return Key{Str: s}
}

// String gives the key as PHP prints it.
func (k Key) String() string {
	if k.IsInt {
		return strconv.FormatInt(k.Int, 10)
	}
	return k.Str
}

func integerKey(s string) (int64, bool) {
	if s == "" || len(s) > 20 || s == "-0" || (s[0] == '0' && len(s) > 1) || (len(s) > 1 && s[0] == '-' && s[1] == '0') {
		return 0, false
	}
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && !(i == 0 && s[i] == '-' && len(s) > 1) {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// Array is PHP's array: an ordered map whose keys are integers and strings.
// The zero value is an empty array. A nil *Array may be read.
type Array struct {
	keys   []Key
	values []any
	named  bool        // whether it may be no list
	index  map[Key]int // of a named array that is not small
	next   int64
}

// smallArray is the length up to which looking through the keys is faster than an index.
const smallArray = 8

// List makes an array with the keys 0, 1, 2, ….
func List(values ...any) *Array {
	a := &Array{}
	for _, v := range values {
		a.Append(v)
	}
	return a
}

// Len is the number of elements.
func (a *Array) Len() int {
	if a == nil {
		return 0
	}
	return len(a.values)
}

func (a *Array) find(k Key) int {
	if a == nil {
		return -1
	}
	switch {
	case !a.named:
		if k.IsInt && k.Int >= 0 && k.Int < int64(len(a.values)) {
			return int(k.Int)
		}
	case a.index == nil:
		return slices.Index(a.keys, k)
	default:
		if i, ok := a.index[k]; ok {
			return i
		}
	}
	return -1
}

// reindex makes the index anew, if there is to be one.
func (a *Array) reindex() {
	a.index = nil
	if !a.named || len(a.keys) <= smallArray {
		return
	}
	a.index = make(map[Key]int, 2*len(a.keys))
	for i, k := range a.keys {
		a.index[k] = i
	}
}

// At gives the value under k.
func (a *Array) At(k Key) (any, bool) {
	if i := a.find(k); i >= 0 {
		return a.values[i], true
	}
	return nil, false
}

// Get gives the value under the key that PHP makes of name.
func (a *Array) Get(name string) (any, bool) { return a.At(KeyOf(name)) }

// Put sets the value under k, at its old place or at the end.
func (a *Array) Put(k Key, v any) {
	if i := a.find(k); i >= 0 {
		a.values[i] = v
		return
	}
	a.named = a.named || !k.IsInt || k.Int != int64(len(a.values))
	a.keys, a.values = append(a.keys, k), append(a.values, v)
	if a.index != nil {
		a.index[k] = len(a.values) - 1
	} else if a.named && len(a.keys) > smallArray {
		a.reindex()
	}
	if k.IsInt && k.Int >= a.next {
		a.next = k.Int + 1
	}
}

// Set sets the value under the key that PHP makes of name.
func (a *Array) Set(name string, v any) { a.Put(KeyOf(name), v) }

// Append adds v under the next free integer, as $a[] = v does.
func (a *Array) Append(v any) { a.Put(IntKey(a.next), v) }

// Remove takes the value under k out; the other keys stay as they are.
func (a *Array) Remove(k Key) {
	i := a.find(k)
	if i < 0 {
		return
	}
	a.keys, a.values = slices.Delete(a.keys, i, i+1), slices.Delete(a.values, i, i+1)
	a.named = true
	a.reindex()
}

// All walks keys and values in order.
func (a *Array) All() iter.Seq2[Key, any] {
	return func(yield func(Key, any) bool) {
		if a == nil {
			return
		}
		for i, k := range a.keys {
			if !yield(k, a.values[i]) {
				return
			}
		}
	}
}

// Values are the values in order. The slice must not be changed.
func (a *Array) Values() []any {
	if a == nil {
		return nil
	}
	return a.values
}

// IsList tells whether the keys are 0, 1, 2, … in order: what PHP prints as a JSON array.
func (a *Array) IsList() bool {
	if a == nil || !a.named {
		return true
	}
	for i, k := range a.keys {
		if !k.IsInt || k.Int != int64(i) {
			return false
		}
	}
	return true
}

// Object is a serialized object: its class and its properties as they were stored.
// Opaque holds the payload of classes with a serialization of their own (C:…).
type Object struct {
	Class  string
	Props  *Array
	Opaque []byte
	Custom bool
}

// Member is one key of a Map or an Obj.
type Member struct {
	Key   string
	Value any
}

// Map is an associative array written down in an answer. Empty, it prints as [],
// as PHP's arrays do.
type Map []Member

// Obj is an object written down in an answer. Empty, it prints as {}.
type Obj []Member

// Get gives the value under name.
func (m Map) Get(name string) (any, bool) {
	for i := range m {
		if m[i].Key == name {
			return m[i].Value, true
		}
	}
	return nil, false
}

// Set replaces the value under name or adds it at the end.
func (m *Map) Set(name string, v any) {
	for i := range *m {
		if (*m)[i].Key == name {
			(*m)[i].Value = v
			return
		}
	}
	*m = append(*m, Member{name, v})
}
