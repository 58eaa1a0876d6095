package media

import "testing"

// A small picture may become a large one on the way: what that takes is known before.
func TestMemoryOfEdits(t *testing.T) {
	m := NewMaker(1_000_000, 0)
	for _, c := range []struct {
		changes []Change
		want    int64
	}{
		{nil, 0},
		{[]Change{{Kind: "flip"}}, 4 * (200 + 200)},
		{[]Change{{Kind: "rotate", Angle: 90}}, 4 * (200 + 200)},
		{[]Change{{Kind: "crop", Width: 1000, Height: 2000}}, 4 * (200 + 200*200)},
		{[]Change{{Kind: "crop", Width: 1000, Height: 2000}, {Kind: "rotate", Angle: 45}, {Kind: "crop", Width: 1, Height: 1}}, 4 * (200*200 + 283*283)},
		{[]Change{{Kind: "crop", Width: 1e9, Height: 1e9}, {Kind: "flip"}}, 0}, // refused
		{[]Change{{Kind: "crop"}}, 4 * 200}, // leaves nothing
	} {
		if got := m.editing(20, 10, c.changes); got != c.want {
			t.Errorf("%+v: %d, not %d", c.changes, got, c.want)
		}
	}
}
