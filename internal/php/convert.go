package php

import (
	"math"
	"strconv"
)

// ToInt is intval.
func ToInt(v any) int64 {
	switch v := v.(type) {
	case bool:
		if v {
			return 1
		}
	case int:
		return int64(v)
	case int64:
		return v
	case float64:
		return floatToInt(v)
	case string:
		n, _ := numberPrefix(v)
		if n.isInt {
			return n.i
		}
		return floatToIntCap(n.f)
	default:
		if ToBool(v) {
			return 1
		}
	}
	return 0
}

// ToFloat is floatval.
func ToFloat(v any) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case string:
		n, _ := numberPrefix(v)
		return n.f
	}
	return float64(ToInt(v))
}

// ToString is the cast to string: true is "1", false and null are "", a list is "Array".
func ToString(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		if v {
			return "1"
		}
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		switch {
		case math.IsInf(v, 1):
			return "INF"
		case math.IsInf(v, -1):
			return "-INF"
		case math.IsNaN(v):
			return "NAN"
		}
		return string(appendDigits(nil, v, 14, 14, 'E')) // ini setting precision=14
	case *Array, Map, []any, []string, []int64:
		return "Array"
	}
	return ""
}

// ToBool is the cast to bool: "", "0", 0, null and the empty array are false.
func ToBool(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case int:
		return v != 0
	case int64:
		return v != 0
	case float64:
		return v != 0
	case string:
		return v != "" && v != "0"
	case *Array:
		return v.Len() > 0
	case Map:
		return len(v) > 0
	case []any:
		return len(v) > 0
	case []string:
		return len(v) > 0
	case []int64:
		return len(v) > 0
	}
	return true
}

// Equal is PHP 8's loose comparison (==) of nil, bool, numbers, strings, arrays and objects.
func Equal(a, b any) bool {
	a, b = widen(a), widen(b)
	if isBoolish(a) || isBoolish(b) {
		// null against a string compares strings; everything else beside null or a bool is a bool.
		if s, ok := b.(string); ok && a == nil {
			return s == ""
		}
		if s, ok := a.(string); ok && b == nil {
			return s == ""
		}
		return ToBool(a) == ToBool(b)
	}
	switch x := a.(type) {
	case int64:
		switch y := b.(type) {
		case int64:
			return x == y
		case float64:
			return float64(x) == y
		case string:
			return numberEqualsString(x, y)
		}
	case float64:
		switch y := b.(type) {
		case int64:
			return x == float64(y)
		case float64:
			return x == y
		case string:
			return numberEqualsString(x, y)
		}
	case string:
		switch y := b.(type) {
		case int64, float64:
			return Equal(y, x)
		case string:
			if x == y {
				return true
			}
			m, ok := numericString(x)
			n, also := numericString(y)
			if !ok || !also {
				return false
			}
			if m.isInt && n.isInt {
				return m.i == n.i
			}
			// An integer too big for PHP equals no other integer, and like infinity only the same text.
			if big, also := !m.isInt && plainDigits(x), !n.isInt && plainDigits(y); big && also || big && n.isInt || also && m.isInt || math.IsInf(m.f, 0) {
				return false
			}
			return m.f == n.f
		}
	case *Array:
		y, ok := b.(*Array)
		return ok && equalArrays(x, y)
	case *Object:
		y, ok := b.(*Object)
		return ok && (x == y || x.Class == y.Class && !x.Custom && !y.Custom && equalArrays(x.Props, y.Props))
	}
	return false
}

func isBoolish(v any) bool {
	if v == nil {
		return true
	}
	_, ok := v.(bool)
	return ok
}

func numberEqualsString(n any, s string) bool {
	m, ok := numericString(s)
	if !ok {
		return ToString(n) == s
	}
	if i, isInt := n.(int64); isInt && m.isInt {
		return i == m.i
	}
	return ToFloat(n) == m.f
}

func plainDigits(s string) bool {
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && c != '-' && c != '+' && !isBlank(c) {
			return false
		}
	}
	return true
}

func equalArrays(a, b *Array) bool {
	if a.Len() != b.Len() {
		return false
	}
	for k, v := range a.All() {
		w, ok := b.At(k)
		if !ok || !Equal(v, w) {
			return false
		}
	}
	return true
}

// widen brings the shorthand types of answers to PHP's own.
func widen(v any) any {
	switch v := v.(type) {
	case int:
		return int64(v)
	case Map:
		a := &Array{}
		for _, m := range v {
			a.Set(m.Key, m.Value)
		}
		return a
	case Obj:
		a := &Array{}
		for _, m := range v {
			a.Put(Key{Str: m.Key}, m.Value)
		}
		return &Object{Class: "stdClass", Props: a}
	case []any:
		return List(v...)
	case []string:
		return listOf(v)
	case []int64:
		return listOf(v)
	case *Array:
		if v == nil {
			return &Array{}
		}
	}
	return v
}

func listOf[T any](list []T) *Array {
	a := &Array{}
	for _, v := range list {
		a.Append(v)
	}
	return a
}
