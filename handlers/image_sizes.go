package handlers

import (
	"github.com/headpress/headpress/internal/imagesize"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

// builtInSizes are WordPress's image sizes; a site may change the first four.
var builtInSizes = []imagesize.Size{
	{Name: "thumbnail", Width: 150, Height: 150, Crop: true},
	{Name: "medium", Width: 300, Height: 300},
	{Name: "medium_large", Width: 768},
	{Name: "large", Width: 1024, Height: 1024},
	{Name: "1536x1536", Width: 1536, Height: 1536},
	{Name: "2048x2048", Width: 2048, Height: 2048},
}

// ImageSizes are the sizes that a site makes of images (wp_get_registered_image_subsizes).
func ImageSizes(options *models.Options) []imagesize.Size {
	l := make([]imagesize.Size, 0, len(builtInSizes))
	for _, size := range builtInSizes {
		for name, side := range map[string]*int64{"_size_w": &size.Width, "_size_h": &size.Height} {
			if v, ok := options.Get(size.Name + name); ok {
				*side = max(php.ToInt(v), -php.ToInt(v))
			}
		}
		if v, ok := options.Get(size.Name + "_crop"); ok {
			size.Crop = php.ToBool(v)
		}
		if size.Width > 0 || size.Height > 0 {
			l = append(l, size)
		}
	}
	return l
}
