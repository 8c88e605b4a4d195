/* SPDX-License-Identifier: BSD-3-Clause */
/* The page of a surface; see report.h. It knows which files and options, never what the page looks like. */
#include "app/report.h"

#include "app/opened.h"
#include "app/outputs.h"
#include "base/file.h"
#include "base/log.h"
#include "store/page.h"

#include <stdlib.h>

enum status report_write(const struct options *options, struct error *err)
{
    char *html;
    enum status status = opened_name(&html, options->prefix, ".html", err);
    if (status)
        return status;
    struct opened opened = {0};
    status = outputs_spare(options, "--output", html, err);
    if (!status && file_exists(html) && !options->force && !page_is_there(html))
        status = error_set(err, STATUS_USAGE, "%s: is there already, and no page of nsurf; --force replaces it", html);
    if (!status)
        status = opened_read(&opened, options->prefix, options->error_of, err);
    if (!status)
        status = page_write(html, &opened.source, options->d3, err);
    if (!status && !options->quiet)
        log_line("%s shows the surface; open it in a browser", html);
    opened_free(&opened);
    free(html);
    return status;
}
