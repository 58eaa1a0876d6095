module github.com/headpress/headpress

go 1.26.8
