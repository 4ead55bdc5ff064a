rule "cloudfront-gives-up-before-origin" {
  summary     = "Distribution gives up on an origin that is still at work"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    CloudFront waits 30 seconds for an answer unless it is told otherwise, and then answers with 504. The origin works on, and the viewer, or CloudFront
    itself, asks for the same once more.
  MD
  fix         = "Raise `origin_read_timeout` above the time that the origin may take, or let longer work be done behind a queue."
  notice      = "The distribution's `504ErrorRate` rises while the origin has no errors."
  prove       = "Let the origin sleep for longer than `origin_read_timeout`, and see what a viewer gets."
  references = [
    "AWS Well-Architected REL05-BP05",
    "Amazon CloudFront Developer Guide: Origin settings, response timeout",
  ]

  locals {
    slow = flatten([
      for o in default(self.origin, []) : [
        for wait in [default(o.custom_origin_config[0].origin_read_timeout, o.vpc_origin_config[0].origin_read_timeout, 30)] : concat(
          [
            for f in concat(
              flatten([for u in refs(o.domain_name, "aws_lambda_function_url") : refs(u.function_name, "aws_lambda_function")]),
              flatten([for b in refs(o.domain_name, "load_balancer") : reachable(b, ["forwards", "targets"], "aws_lambda_function")]),
            ) : { node = f, wait = wait, takes = default(f.timeout, 3) }
            if default(f.timeout, 3) > wait
            # A function that something else starts as well may need the time there.
            && length(concat(referrers(f, "async_invokes"), linked(f, "consumes"), referrers(f, "invokes", "aws_sfn_state_machine"))) == 0
          ],
          # Whoever raises it has requests that take so long.
          [
            for b in refs(o.domain_name, "load_balancer") : { node = b, wait = wait, takes = b.idle_timeout }
            if default(b.idle_timeout, 60) > 60 && b.idle_timeout > wait
          ],
        )
      ]
    ])
  }

  for_each = resources("aws_cloudfront_distribution")
  when     = length(local.slow) > 0
  at       = "origin"
  message  = "`${self}` gives up after ${local.slow[0].wait} s, and `${local.slow[0].node}` may take ${local.slow[0].takes} s"

  label "may run this long" {
    at        = [for s in local.slow : s.node if is(s.node, "aws_lambda_function")]
    attribute = "timeout"
  }

  label "waits this long" {
    at        = [for s in local.slow : s.node if is(s.node, "load_balancer")]
    attribute = "idle_timeout"
  }

  fails "URL of a function" {
    resource "aws_lambda_function" "render" {
      function_name = "render"
      timeout       = 60
    }

    resource "aws_lambda_function_url" "render" {
      function_name      = aws_lambda_function.render.function_name
      authorization_type = "AWS_IAM"
    }

    resource "aws_cloudfront_distribution" "site" {
      enabled = true

      origin {
        origin_id   = "render"
        domain_name = trimsuffix(trimprefix(aws_lambda_function_url.render.function_url, "https://"), "/")

        custom_origin_config {
          http_port              = 80
          https_port             = 443
          origin_protocol_policy = "https-only"
          origin_ssl_protocols   = ["TLSv1.2"]
        }
      }
    }
  }

  fails "load balancer that is told to wait longer" {
    resource "aws_lb" "reports" {
      name         = "reports"
      idle_timeout = 120
    }

    resource "aws_cloudfront_distribution" "site" {
      enabled = true

      origin {
        origin_id   = "reports"
        domain_name = aws_lb.reports.dns_name

        custom_origin_config {
          http_port              = 80
          https_port             = 443
          origin_protocol_policy = "https-only"
          origin_ssl_protocols   = ["TLSv1.2"]
          origin_read_timeout    = 60
        }
      }
    }
  }

  passes "it waits as long" {
    resource "aws_lambda_function" "render" {
      function_name = "render"
      timeout       = 60
    }

    resource "aws_lambda_function_url" "render" {
      function_name      = aws_lambda_function.render.function_name
      authorization_type = "AWS_IAM"
    }

    resource "aws_cloudfront_distribution" "site" {
      enabled = true

      origin {
        origin_id   = "render"
        domain_name = trimsuffix(trimprefix(aws_lambda_function_url.render.function_url, "https://"), "/")

        custom_origin_config {
          http_port              = 80
          https_port             = 443
          origin_protocol_policy = "https-only"
          origin_ssl_protocols   = ["TLSv1.2"]
          origin_read_timeout    = 60
        }
      }
    }
  }

  passes "load balancer that waits as it is made" {
    resource "aws_lb" "web" {
      name = "web"
    }

    resource "aws_cloudfront_distribution" "site" {
      enabled = true

      origin {
        origin_id   = "web"
        domain_name = aws_lb.web.dns_name

        custom_origin_config {
          http_port              = 80
          https_port             = 443
          origin_protocol_policy = "https-only"
          origin_ssl_protocols   = ["TLSv1.2"]
        }
      }
    }
  }

  passes "bucket" {
    resource "aws_s3_bucket" "site" {
      bucket = "example-site"
    }

    resource "aws_cloudfront_distribution" "site" {
      enabled = true

      origin {
        origin_id   = "site"
        domain_name = aws_s3_bucket.site.bucket_regional_domain_name
      }
    }
  }

  unknown "timeout of the function is given by the caller" {
    variable "timeout" { type = number }

    resource "aws_lambda_function" "render" {
      function_name = "render"
      timeout       = var.timeout
    }

    resource "aws_lambda_function_url" "render" {
      function_name      = aws_lambda_function.render.function_name
      authorization_type = "AWS_IAM"
    }

    resource "aws_cloudfront_distribution" "site" {
      enabled = true

      origin {
        origin_id   = "render"
        domain_name = trimsuffix(trimprefix(aws_lambda_function_url.render.function_url, "https://"), "/")

        custom_origin_config {
          http_port              = 80
          https_port             = 443
          origin_protocol_policy = "https-only"
          origin_ssl_protocols   = ["TLSv1.2"]
        }
      }
    }
  }
}
