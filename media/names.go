package media

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

// heics are the names' ends of pictures that WordPress makes JPEGs of, where it can: one with
// the same name as a JPEG would give two files of one name.
var heics = []string{"heic", "heif", "heics", "heifs"}

// FreeName gives a name for a new file in a folder that holds the taken ones: the name itself, or
// with a number behind it (wp_unique_filename). Names that look like those of an image's smaller
// copies always get a number, and so do names whose copies would be called as others are.
// The name must be clean already.
func FreeName(name string, taken []string) string { return FreeCopyName(name, "", taken) }

// FreeCopyName is FreeName for a file that may be a smaller copy of a picture: the names of
// such copies get a number only where they are taken.
func FreeCopyName(name, of string, taken []string) string {
	end := path.Ext(name)
	stem, ext := strings.TrimSuffix(name, end), strings.TrimPrefix(strings.ToLower(end), ".")
	var others []string // what else a file of this name may become
	switch {
	case slices.Contains(heics, ext):
		others = append([]string{"jpg"}, heics...)
	case slices.Contains([]string{"jpg", "jpeg", "jpe"}, ext):
		others = heics
	}
	there := make(map[string]bool, len(taken))
	copied := map[string]bool{} // the lower-cased names that copies were made of
	for _, n := range taken {
		there[n] = true
		if low := strings.ToLower(n); path.Ext(low) != "" {
			if whole := withoutSize(strings.TrimSuffix(low, path.Ext(low))); whole != "" {
				copied[whole+path.Ext(low)] = true
			}
		}
	}
	clashes := func(name string) bool { return there[name] || copied[strings.ToLower(name)] }
	number := 0
	if whole := withoutSize(stem); whole != "" && (of == "" || whole != strings.TrimSuffix(of, path.Ext(of))) {
		number = 1
	}
	if ext != "" {
		ext = "." + ext
	}
	first, free := stem+end, stem+ext
	if number > 0 {
		free = stem + "-1" + ext
	}
	for {
		candidate := strings.TrimSuffix(free, ext)
		if !clashes(free) && (number > 0 || !clashes(first)) && !slices.ContainsFunc(others, func(e string) bool { return clashes(candidate + "." + e) }) {
			return free
		}
		free = renumbered(free, ext, number)
		number++
	}
}

// renumbered puts the next number behind a name. As in WordPress it takes the place of the one before wherever that
// stands: a name that ends with a dash gets two.
func renumbered(name, ext string, number int) string {
	before, next := ext, "-"+strconv.Itoa(number+1)+ext
	if number > 0 {
		before = strconv.Itoa(number) + ext
	}
	if before == "" {
		return name + next
	}
	return strings.ReplaceAll(strings.ReplaceAll(name, "-"+before, next), before, next)
}

// withoutSize is a name without what marks it as a smaller copy: -300x200, -scaled or -rotated; "" where nothing does.
func withoutSize(stem string) string {
	at := strings.LastIndexByte(stem, '-')
	if at < 0 {
		return ""
	}
	mark := stem[at+1:]
	if w, h, ok := strings.Cut(mark, "x"); mark == "scaled" || mark == "rotated" || ok && w != "" && h != "" && strings.Trim(w+h, "0123456789") == "" {
		return stem[:at]
	}
	return ""
}
