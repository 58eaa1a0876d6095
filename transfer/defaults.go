package transfer

import (
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// A fresh WordPress 7.1: its options and its roles, in its order.

// schemaVersion is WordPress 7.1's db_version. A WordPress that is put on the database
// sees its own tables and updates nothing.
const schemaVersion = "61833"

type defaultOption struct{ name, value, autoload string }

// defaultOptions are those of a fresh site. A value in braces is filled in by Install.
var defaultOptions = []defaultOption{
	{"siteurl", "{siteurl}", "on"},
	{"home", "{home}", "on"},
	{"blogname", "{blogname}", "on"},
	{"blogdescription", "", "on"},
	{"users_can_register", "0", "on"},
	{"admin_email", "{admin_email}", "on"},
	{"start_of_week", "1", "on"},
	{"use_balanceTags", "0", "on"},
	{"use_smilies", "1", "on"},
	{"require_name_email", "1", "on"},
	{"comments_notify", "1", "on"},
	{"posts_per_rss", "10", "on"},
	{"rss_use_excerpt", "0", "on"},
	{"mailserver_url", "mail.example.com", "on"},
	{"mailserver_login", "login@example.com", "on"},
	{"mailserver_pass", "", "on"},
	{"mailserver_port", "110", "on"},
	{"default_category", "1", "on"},
	{"default_comment_status", "open", "on"},
	{"default_ping_status", "open", "on"},
	{"default_pingback_flag", "1", "on"},
	{"posts_per_page", "10", "on"},
	{"date_format", "F j, Y", "on"},
	{"time_format", "g:i a", "on"},
	{"links_updated_date_format", "F j, Y g:i a", "on"},
	{"comment_moderation", "0", "on"},
	{"moderation_notify", "1", "on"},
	{"permalink_structure", "{permalink_structure}", "on"},
	{"rewrite_rules", "", "on"},
	{"hack_file", "0", "on"},
	{"blog_charset", "UTF-8", "on"},
	{"moderation_keys", "", "off"},
	{"active_plugins", "a:0:{}", "on"},
	{"category_base", "", "on"},
	{"ping_sites", "https://rpc.pingomatic.com/", "on"},
	{"comment_max_links", "2", "on"},
	{"gmt_offset", "{gmt_offset}", "on"},
	{"default_email_category", "1", "on"},
	{"recently_edited", "", "off"},
	{"template", "twentytwentyfive", "on"},
	{"stylesheet", "twentytwentyfive", "on"},
	{"comment_registration", "0", "on"},
	{"html_type", "text/html", "on"},
	{"use_trackback", "0", "on"},
	{"default_role", "subscriber", "on"},
	{"db_version", schemaVersion, "on"},
	{"uploads_use_yearmonth_folders", "1", "on"},
	{"upload_path", "", "on"},
	{"blog_public", "1", "on"},
	{"default_link_category", "2", "on"},
	{"show_on_front", "posts", "on"},
	{"tag_base", "", "on"},
	{"show_avatars", "1", "on"},
	{"avatar_rating", "G", "on"},
	{"upload_url_path", "", "on"},
	{"thumbnail_size_w", "150", "on"},
	{"thumbnail_size_h", "150", "on"},
	{"thumbnail_crop", "1", "on"},
	{"medium_size_w", "300", "on"},
	{"medium_size_h", "300", "on"},
	{"avatar_default", "mystery", "on"},
	{"large_size_w", "1024", "on"},
	{"large_size_h", "1024", "on"},
	{"image_default_link_type", "none", "on"},
	{"image_default_size", "", "on"},
	{"image_default_align", "", "on"},
	{"close_comments_for_old_posts", "0", "on"},
	{"close_comments_days_old", "14", "on"},
	{"thread_comments", "1", "on"},
	{"thread_comments_depth", "5", "on"},
	{"page_comments", "0", "on"},
	{"comments_per_page", "50", "on"},
	{"default_comments_page", "newest", "on"},
	{"comment_order", "asc", "on"},
	{"sticky_posts", "a:0:{}", "on"},
	{"widget_categories", "a:0:{}", "on"},
	{"widget_text", "a:0:{}", "on"},
	{"widget_rss", "a:0:{}", "on"},
	{"uninstall_plugins", "a:0:{}", "off"},
	{"timezone_string", "{timezone_string}", "on"},
	{"page_for_posts", "0", "on"},
	{"page_on_front", "0", "on"},
	{"default_post_format", "0", "on"},
	{"link_manager_enabled", "0", "on"},
	{"finished_splitting_shared_terms", "1", "on"},
	{"site_icon", "0", "on"},
	{"medium_large_size_w", "768", "on"},
	{"medium_large_size_h", "0", "on"},
	{"wp_page_for_privacy_policy", "0", "on"},
	{"show_comments_cookies_opt_in", "1", "on"},
	{"admin_email_lifespan", "{admin_email_lifespan}", "on"},
	{"disallowed_keys", "", "off"},
	{"comment_previously_approved", "1", "on"},
	{"auto_plugin_theme_update_emails", "a:0:{}", "off"},
	{"auto_update_core_dev", "enabled", "on"},
	{"auto_update_core_minor", "enabled", "on"},
	{"auto_update_core_major", "enabled", "on"},
	{"wp_force_deactivated_plugins", "a:0:{}", "on"},
	{"wp_attachment_pages_enabled", "0", "on"},
	{"wp_notes_notify", "1", "on"},
	{"initial_db_version", schemaVersion, "on"},
	{"fresh_site", "1", "off"},
	{"user_count", "1", "off"},
	{"widget_block", `a:6:{i:2;a:1:{s:7:"content";s:19:"<!-- wp:search /-->";}i:3;a:1:{s:7:"content";s:154:"<!-- wp:group --><div class="wp-block-group"><!-- wp:heading --><h2>Recent Posts</h2><!-- /wp:heading --><!-- wp:latest-posts /--></div><!-- /wp:group -->";}i:4;a:1:{s:7:"content";s:227:"<!-- wp:group --><div class="wp-block-group"><!-- wp:heading --><h2>Recent Comments</h2><!-- /wp:heading --><!-- wp:latest-comments {"displayAvatar":false,"displayDate":false,"displayExcerpt":false} /--></div><!-- /wp:group -->";}i:5;a:1:{s:7:"content";s:146:"<!-- wp:group --><div class="wp-block-group"><!-- wp:heading --><h2>Archives</h2><!-- /wp:heading --><!-- wp:archives /--></div><!-- /wp:group -->";}i:6;a:1:{s:7:"content";s:150:"<!-- wp:group --><div class="wp-block-group"><!-- wp:heading --><h2>Categories</h2><!-- /wp:heading --><!-- wp:categories /--></div><!-- /wp:group -->";}s:12:"_multiwidget";i:1;}`, "auto"},
	{"sidebars_widgets", `a:4:{s:19:"wp_inactive_widgets";a:0:{}s:9:"sidebar-1";a:3:{i:0;s:7:"block-2";i:1;s:7:"block-3";i:2;s:7:"block-4";}s:9:"sidebar-2";a:2:{i:0;s:7:"block-5";i:1;s:7:"block-6";}s:13:"array_version";i:3;}`, "auto"},
	{"using_application_passwords", "1", "off"},
}

// defaultWidgets are the kinds of widgets of which a fresh site has none.
var defaultWidgets = strings.Fields(`pages calendar archives media_audio media_image media_gallery media_video meta search
	recent-posts recent-comments tag_cloud nav_menu custom_html`)

type defaultRole struct{ slug, name, caps string }

var defaultRoles = []defaultRole{
	{"administrator", "Administrator", `switch_themes edit_themes activate_plugins edit_plugins edit_users edit_files manage_options moderate_comments manage_categories
		manage_links upload_files import unfiltered_html edit_posts edit_others_posts edit_published_posts publish_posts edit_pages read
		level_10 level_9 level_8 level_7 level_6 level_5 level_4 level_3 level_2 level_1 level_0 edit_others_pages edit_published_pages
		publish_pages delete_pages delete_others_pages delete_published_pages delete_posts delete_others_posts delete_published_posts
		delete_private_posts edit_private_posts read_private_posts delete_private_pages edit_private_pages read_private_pages delete_users
		create_users unfiltered_upload edit_dashboard update_plugins delete_plugins install_plugins update_themes install_themes
		update_core list_users remove_users promote_users edit_theme_options delete_themes export`},
	{"editor", "Editor", `moderate_comments manage_categories manage_links upload_files unfiltered_html edit_posts edit_others_posts edit_published_posts
		publish_posts edit_pages read level_7 level_6 level_5 level_4 level_3 level_2 level_1 level_0 edit_others_pages
		edit_published_pages publish_pages delete_pages delete_others_pages delete_published_pages delete_posts delete_others_posts
		delete_published_posts delete_private_posts edit_private_posts read_private_posts delete_private_pages edit_private_pages
		read_private_pages`},
	{"author", "Author", `upload_files edit_posts edit_published_posts publish_posts read level_2 level_1 level_0 delete_posts delete_published_posts`},
	{"contributor", "Contributor", `edit_posts read level_1 level_0 delete_posts`},
	{"subscriber", "Subscriber", `read level_0`},
}

// rolesOption is the value of the option {prefix}user_roles.
func rolesOption() *php.Array {
	roles := &php.Array{}
	for _, r := range defaultRoles {
		caps := &php.Array{}
		for _, c := range strings.Fields(r.caps) {
			caps.Set(c, true)
		}
		role := &php.Array{}
		role.Set("name", r.name)
		role.Set("capabilities", caps)
		roles.Set(r.slug, role)
	}
	return roles
}
