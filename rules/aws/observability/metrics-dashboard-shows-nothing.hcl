rule "metrics-dashboard-shows-nothing" {
  summary     = "Dashboard draws a metric that does not exist"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    CloudWatch takes any name for a metric, and draws an empty graph for one that nobody sends. It looks like a quiet system, also on the day that it is not.
  MD
  fix         = "Write namespace, metric and dimensions as the service's metric page does."
  notice      = "A graph has been empty since the dashboard was made."
  prove       = "Query each metric of the dashboard with `aws cloudwatch list-metrics`."
  references = [
    "AWS Well-Architected OPS08-BP05",
    "AWS Well-Architected REL06-BP01",
    "Amazon CloudWatch API Reference: Dashboard body structure and syntax",
    "Amazon CloudWatch User Guide: AWS services that publish CloudWatch metrics",
  ]

  locals {
    misspelt = concat(
      [
        for m in shown_metrics(self) : { written = m.namespace, right = "the namespace is called `${lookup(namespace_spellings(self), lower(m.namespace), m.namespace)}`" }
        if lookup(namespace_spellings(self), lower(m.namespace), m.namespace) != m.namespace
      ],
      [
        for m in shown_metrics(self) : { written = m.name, right = "it is called `${lookup(metric_spellings(self), lower(m.name), m.name)}`" }
        if can(regex(metric_spelt_namespaces(self), m.namespace)) && lookup(metric_spellings(self), lower(m.name), m.name) != m.name
      ],
      flatten([
        for m in shown_metrics(self) : [
          for d in m.dimensions : { written = d, right = "the dimension is called `${lookup(dimension_spellings(self), lower(d), d)}`" }
          if lookup(dimension_spellings(self), lower(d), d) != d
        ] if can(regex(metric_spelt_namespaces(self), m.namespace))
      ]),
      [
        for m in shown_metrics(self) : { written = m.name, right = "it is sent by ${metric_homes(self)[m.namespace][m.name]}" }
        if contains(keys(lookup(metric_homes(self), m.namespace, {})), m.name)
      ],
      # In the singular or plural, or a part of the name.
      flatten([
        for m in shown_metrics(self) : [
          for names in [lookup(metric_names(self), m.namespace, [])] : [
            for name in names : { written = m.name, right = "it is called `${name}`" }
            if(
              replace(lower(name), "/[^a-rt-z0-9]/", "") == replace(lower(m.name), "/[^a-rt-z0-9]/", "")
              || length(m.name) > 5 && (startswith(name, m.name) || endswith(name, m.name))
            )
          ] if !contains(names, m.name)
        ]
        if !contains(keys(lookup(metric_homes(self), m.namespace, {})), m.name) && lookup(metric_spellings(self), lower(m.name), m.name) == m.name
      ]),
      flatten([
        for m in shown_metrics(self) : [
          for d in m.dimensions : [
            for name in lookup(dimension_names(self), m.namespace, []) : { written = d, right = "the dimension is called `${name}`" }
            if d != name && length(d) > 3 && (startswith(lower(name), lower(d)) || endswith(lower(name), lower(d)))
          ]
          if lookup(dimension_spellings(self), lower(d), d) == d
        ]
      ]),
      [
        for w in misnamed_dimensions(self) : {
          written = w.dimension
          right   = attribute(w.value) == null ? "it wants ${w.wants} and holds `${w.value}`" : "it wants ${w.wants} and holds `${attribute(w.value)}` of `${refs(w.value)[0]}`"
        }
      ],
    )
  }

  for_each = resources("aws_cloudwatch_dashboard")
  when     = length(local.misspelt) > 0
  at       = "dashboard_body"
  message  = "`${self}` draws nothing for ${join("; nor for ", distinct([for m in local.misspelt : "`${m.written}`: ${m.right}"]))}"

  fails "metric in other letters" {
    resource "aws_cloudwatch_dashboard" "shop" {
      dashboard_name = "shop"
      dashboard_body = jsonencode({
        widgets = [{
          type   = "metric"
          width  = 12
          height = 6
          properties = {
            region  = "eu-west-1"
            metrics = [["AWS/ApplicationELB", "HTTPCode_Target_5xx_Count", "LoadBalancer", "app/web/0123456789abcdef"]]
          }
        }]
      })
    }
  }

  fails "the dots of a second line" {
    resource "aws_cloudwatch_dashboard" "shop" {
      dashboard_name = "shop"
      dashboard_body = jsonencode({
        widgets = [{
          type = "metric"
          properties = {
            region = "eu-west-1"
            metrics = [
              ["AWS/Lambda", "Errors", "FunctionName", "bill", { stat = "Sum" }],
              [".", "Throttle", ".", "."],
              [".", "FailedInvocations", ".", "."],
            ]
          }
        }]
      })
    }
  }

  fails "dimension in a text" {
    resource "aws_cloudwatch_dashboard" "shop" {
      dashboard_name = "shop"
      dashboard_body = <<-JSON
        {
          "widgets": [
            { "type": "text", "properties": { "markdown": "# Shop" } },
            {
              "type": "metric",
              "properties": {
                "region": "eu-west-1",
                "metrics": [["AWS/RDS", "CPUUtilization", "DbInstanceIdentifier", "orders"]]
              }
            }
          ]
        }
      JSON
    }
  }

  fails "namespace" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_cloudwatch_dashboard" "shop" {
      dashboard_name = "shop"
      dashboard_body = jsonencode({
        widgets = [{
          type = "metric"
          properties = {
            region  = "eu-west-1"
            metrics = [["AWS/Sqs", "ApproximateAgeOfOldestMessage", "QueueName", aws_sqs_queue.orders.name]]
          }
        }]
      })
    }
  }

  fails "ARN in place of a name" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_cloudwatch_dashboard" "shop" {
      dashboard_name = "shop"
      dashboard_body = jsonencode({
        widgets = [{
          type = "metric"
          properties = {
            region  = "eu-west-1"
            metrics = [["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", aws_sqs_queue.orders.arn, { stat = "Maximum" }]]
          }
        }]
      })
    }
  }

  fails "a metric in the singular" {
    resource "aws_cloudwatch_dashboard" "shop" {
      dashboard_name = "shop"
      dashboard_body = jsonencode({
        widgets = [{
          type       = "metric"
          properties = { region = "eu-west-1", metrics = [["AWS/SQS", "NumberOfMessageSent", "QueueName", "orders"]] }
        }]
      })
    }
  }

  fails "a part of a dimension" {
    resource "aws_cloudwatch_dashboard" "shop" {
      dashboard_name = "shop"
      dashboard_body = jsonencode({
        widgets = [{
          type       = "metric"
          properties = { region = "eu-west-1", metrics = [["AWS/SQS", "NumberOfMessagesSent", "Queue", "orders"]] }
        }]
      })
    }
  }

  fails "several, told at once" {
    resource "aws_cloudwatch_dashboard" "shop" {
      dashboard_name = "shop"
      dashboard_body = jsonencode({
        widgets = [{
          type       = "metric"
          properties = { region = "eu-west-1", metrics = [["AWS/SQS", "NumberOfMessageSent", "Queue", "orders"], ["AWS/Lambda", "Invocation", "Function", "bill"]] }
        }]
      })
    }
  }

  passes "all dimensions of a function" {
    resource "aws_cloudwatch_dashboard" "shop" {
      dashboard_name = "shop"
      dashboard_body = jsonencode({
        widgets = [{
          type       = "metric"
          properties = { region = "eu-west-1", metrics = [["AWS/Lambda", "Errors", "FunctionName", "bill", "Resource", "bill:live", "ExecutedVersion", "7"]] }
        }]
      })
    }
  }

  passes "names and the last part of an ARN, by reference" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lb" "web" {
      name = "web"
    }

    resource "aws_cloudwatch_dashboard" "shop" {
      dashboard_name = "shop"
      dashboard_body = jsonencode({
        widgets = [{
          type = "metric"
          properties = {
            region = "eu-west-1"
            metrics = [
              ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", aws_sqs_queue.orders.name],
              [".", "NumberOfMessagesSent", ".", "."],
              ["AWS/ApplicationELB", "RequestCount", "LoadBalancer", aws_lb.web.arn_suffix],
            ]
          }
        }]
      })
    }
  }

  passes "as AWS writes it" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_cloudwatch_dashboard" "shop" {
      dashboard_name = "shop"
      dashboard_body = jsonencode({
        widgets = [{
          type = "metric"
          properties = {
            region = "eu-west-1"
            metrics = [
              ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", aws_sqs_queue.orders.name, { stat = "Maximum" }],
              ["...", "orders-failed"],
              [{ expression = "m1 / 60", label = "minutes" }],
            ]
          }
        }]
      })
    }
  }

  passes "a metric of one's own" {
    resource "aws_cloudwatch_dashboard" "shop" {
      dashboard_name = "shop"
      dashboard_body = jsonencode({
        widgets = [{ type = "metric", properties = { region = "eu-west-1", metrics = [["Shop", "errors", "functionname", "bill"]] } }]
      })
    }
  }

  passes "logs and alarms" {
    resource "aws_cloudwatch_dashboard" "shop" {
      dashboard_name = "shop"
      dashboard_body = jsonencode({
        widgets = [
          { type = "log", properties = { region = "eu-west-1", query = "SOURCE '/shop' | fields @message" } },
          { type = "alarm", properties = { alarms = ["arn:aws:cloudwatch:eu-west-1:111122223333:alarm:orders"] } },
        ]
      })
    }
  }

  unknown "metric is given by the caller" {
    variable "metric" { type = string }

    resource "aws_cloudwatch_dashboard" "shop" {
      dashboard_name = "shop"
      dashboard_body = jsonencode({
        widgets = [{ type = "metric", properties = { region = "eu-west-1", metrics = [["AWS/Lambda", var.metric, "FunctionName", "bill"]] } }]
      })
    }
  }
}
