package registry

// Statuses are the post statuses of WordPress in the order of registration.
func Statuses() []*Status {
	return []*Status{
		{Name: "publish", Label: "Published", Public: true, Queryable: true, ShowInList: true},
		{Name: "future", Label: "Scheduled", Protected: true, ShowInList: true},
		{Name: "draft", Label: "Draft", Protected: true, ShowInList: true, DateFloating: true},
		{Name: "pending", Label: "Pending", Protected: true, ShowInList: true, DateFloating: true},
		{Name: "private", Label: "Private", Private: true, ShowInList: true},
		{Name: "trash", Label: "Trash", Internal: true, ExcludeFromSearch: true},
		{Name: "auto-draft", Label: "auto-draft", Internal: true, DateFloating: true, ExcludeFromSearch: true},
		{Name: "inherit", Label: "inherit", Internal: true},
		{Name: "request-pending", Label: "Pending", Internal: true},
		{Name: "request-confirmed", Label: "Confirmed", Internal: true},
		{Name: "request-failed", Label: "Failed", Internal: true},
		{Name: "request-completed", Label: "Completed", Internal: true},
	}
}
