// What people get to see of studies.
#pragma once

#include "coordinator/core/study.h"
#include "proto/study.pb.h"

namespace pleat {

v1::ListStudiesResponse ListStudies(const StudyBook& studies);
v1::GetStudyResponse DescribeStudy(const Study& study);

}  // namespace pleat
