package handlers

import (
	"testing"
	"time"
)

// Weeks have the numbers that MySQL gives them.
func TestWeekNumber(t *testing.T) {
	for _, test := range []struct {
		date                     string
		monday, saturday, sunday int
	}{
		{"2024-01-01", 1, 52, 0},
		{"2023-01-01", 0, 52, 1},
		{"2025-01-01", 1, 51, 0},
		{"2021-01-03", 0, 52, 1},
		{"2020-12-31", 53, 51, 52},
		{"2026-11-22", 47, 46, 47},
		{"2022-01-02", 0, 52, 1},
		{"2022-05-05", 18, 17, 18},
	} {
		day, err := time.Parse(time.DateOnly, test.date)
		if err != nil {
			t.Fatal(err)
		}
		for first, want := range map[int]int{1: test.monday, 6: test.saturday, 0: test.sunday} {
			if got := weekNumber(day, first); got != want {
				t.Errorf("%s, weeks from day %d: got %d, want %d", test.date, first, got, want)
			}
		}
	}
}
